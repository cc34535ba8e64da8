"""A trained network with all that it takes to ask it: how states become numbers, the table and the labels."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from framework.api import DialogueState, EarlierTraining
from framework.ml.features import PartFeatures
from framework.ml.growth import new_places
from framework.ml.rows import beside, times
from framework.ml.runtime import Runner, Runtime, open_runner
from framework.ml.weights import Arrays, load_arrays, save_arrays
from framework_ted.examples import ExampleSet
from framework_ted.states import StateColumns
from framework_ted.texts import Featurize, TextFeatures, has_texts
from framework_ted.windows import Floats, Windows

if TYPE_CHECKING:
    import torch

    from framework_ted.config import LearnedPolicyConfig
    from framework_ted.trainable import Objective
    from framework_ted.trainer import Kind, Start

_DESCRIPTION = "network.json"
_GRAPH = "network.onnx"
_WEIGHTS = "network.safetensors"
_TABLE = "table.safetensors"


@dataclass(frozen=True, slots=True)
class DialogueModel:
    """Says how likely each label is to follow the latest states of a conversation.

    ``limit`` is how many states back it looks. ``stored`` is what a file needs beyond that, if it was trained just now.
    """

    columns: StateColumns
    texts: TextFeatures | None
    table: Floats
    labels: tuple[str, ...]
    shape: dict[str, Any]
    runner: Runner
    stored: tuple[bytes, Arrays] | None = None

    @property
    def limit(self) -> int:
        """How many states back it looks."""
        limit: int = self.shape["ages"]
        return limit

    @classmethod
    def train(
        cls,
        examples: ExampleSet,
        config: LearnedPolicyConfig,
        featurize: Featurize,
        *,
        kind: Kind,
        objective: Objective,
        name: str,
        answers: Sequence[str] = (),
        earlier: EarlierTraining | None = None,
    ) -> Self:
        """Learns what follows the windows of the examples, beginning with an earlier training. Imports torch.

        ``answers`` are the labels that are texts. Where the states have texts, too, these are labels whether or not
        they follow anywhere, and known by their features, so that one counts as likely where those like it are.
        """
        from framework_ted.trainable import Answers
        from framework_ted.trainer import train

        columns, texts, known_answers = StateColumns.fit(examples.states), None, None
        if has_texts(examples.states):
            texts = TextFeatures.fit(examples.states, answers, featurize, config.featurizers)
            if answers:
                examples = examples.with_labels([text for text in answers if text not in examples.labels])
                places = np.asarray([examples.labels.index(text) for text in answers])
                known_answers = Answers(places, texts.of(answers, featurize))
        features = _features(columns, texts, examples.states, featurize)
        start = _start(earlier, config, _column_names(columns, texts), examples.labels) if earlier is not None else None
        trained = train(
            examples, features, config, kind=kind, objective=objective, name=name, answers=known_answers, start=start
        )
        shape = asdict(trained.shape)
        runner = open_runner(config.runtime, trained.graph, lambda: _network(shape, trained.state))
        return cls(columns, texts, trained.table, examples.labels, shape, runner, (trained.graph, trained.state))

    def logits(self, states: Sequence[DialogueState], windows: Windows, featurize: Featurize) -> Floats:
        """The score of each label after each window of these states, ``[B, C]``."""
        features = _features(self.columns, self.texts, states, featurize)
        inputs = dict(windows.inputs())
        if features.sparse is not None:
            inputs["states"] = times(features.sparse, self.table)
        if features.dense is not None:
            inputs["dense"] = features.dense
        return self.runner.run(inputs)["labels"]

    def save(self, directory: Path) -> None:
        """Writes what was trained."""
        if self.stored is None:
            raise RuntimeError("a model is saved once, after its training")
        graph, state = self.stored
        description = {
            "columns": self.columns.names,
            "texts": self.texts.describe() if self.texts else None,
            "labels": self.labels,
            "shape": self.shape,
        }
        (directory / _DESCRIPTION).write_text(json.dumps(description, indent=1), encoding="utf-8")
        (directory / _GRAPH).write_bytes(graph)
        save_arrays(state, directory / _WEIGHTS)
        save_arrays({"table": self.table, **(self.texts.arrays() if self.texts else {})}, directory / _TABLE)

    @classmethod
    def load(cls, directory: Path, runtime: Runtime) -> Self | None:
        """Restores it without torch, unless torch is to serve; None where nothing was trained."""
        if not (directory / _DESCRIPTION).is_file():
            return None
        description = json.loads((directory / _DESCRIPTION).read_text(encoding="utf-8"))
        shape, texts = description["shape"], description["texts"]
        runner = open_runner(runtime, directory / _GRAPH, lambda: _network(shape, load_arrays(directory / _WEIGHTS)))
        arrays = load_arrays(directory / _TABLE)
        return cls(
            StateColumns(description["columns"]),
            None if texts is None else TextFeatures.from_arrays(texts, arrays),
            arrays["table"].astype(np.float32),
            tuple(description["labels"]),
            shape,
            runner,
        )


def _start(
    earlier: EarlierTraining, config: LearnedPolicyConfig, columns: Sequence[Hashable], labels: Sequence[str]
) -> Start | None:
    """What to begin with; None where the earlier training had nothing to learn."""
    from framework_ted.trainer import Start

    before = DialogueModel.load(earlier.folder, "onnx")
    if before is None:
        return None
    return Start(
        before.table,
        load_arrays(earlier.folder / _WEIGHTS),
        new_places(_column_names(before.columns, before.texts), columns),
        new_places(before.labels, labels),
        earlier.epochs(config.most_epochs),
    )


def _column_names(columns: StateColumns, texts: TextFeatures | None) -> list[Hashable]:
    """The columns of all sparse features of a state: its own, then those of what the user and the bot said."""
    of_texts = texts.column_names if texts is not None else []
    return [*columns.names, *((who, column) for who in ("user", "bot") for column in of_texts)]


def softmax(logits: Floats) -> Floats:
    """Scores as shares that add up to 1."""
    exponentials = np.exp(logits - logits.max())
    shares: Floats = exponentials / exponentials.sum()
    return shares


def _features(
    columns: StateColumns, texts: TextFeatures | None, states: Sequence[DialogueState], featurize: Featurize
) -> PartFeatures:
    rows = columns.rows(states)
    if texts is None:
        return PartFeatures(rows, None)
    said = texts.read(states, featurize)
    return PartFeatures(rows if said.sparse is None else beside([rows, said.sparse]), said.dense)


def _network(shape: dict[str, Any], state: Arrays) -> torch.nn.Module:
    import torch

    from framework_ted.network import DialogueNetwork, Shape

    network = DialogueNetwork(Shape(**{**shape, "hidden_layers": tuple(shape["hidden_layers"])}))
    network.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
    return network

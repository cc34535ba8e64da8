"""A trained network with all that it takes to ask it: how states become numbers, the table and the labels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from framework.api import DialogueState
from framework.ml.features import PartFeatures
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
    from framework_ted.trainer import Kind

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
    ) -> Self:
        """Learns what follows the windows of the examples. Imports torch."""
        from framework_ted.trainer import train

        columns, texts = StateColumns.fit(examples.states), None
        if has_texts(examples.states):
            texts = TextFeatures.fit(examples.states, featurize, config.featurizers)
        features = _features(columns, texts, examples.states, featurize)
        trained = train(examples, features, config, kind=kind, objective=objective, name=name)
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
            "texts": self.texts.origins if self.texts else None,
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
        shape, origins = description["shape"], description["texts"]
        runner = open_runner(runtime, directory / _GRAPH, lambda: _network(shape, load_arrays(directory / _WEIGHTS)))
        arrays = load_arrays(directory / _TABLE)
        return cls(
            StateColumns(description["columns"]),
            None if origins is None else TextFeatures.from_arrays(origins, arrays),
            arrays["table"].astype(np.float32),
            tuple(description["labels"]),
            shape,
            runner,
        )


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

"""The entities in the words of a user: learned from the texts of stories, where their authors marked them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from framework.api import EntityResult, Example, NLUData, TrainingData, UserStep
from framework.ml.entity_decoding import EntityReader, decode_tags
from framework.ml.features import PartFeatures, PartReader
from framework.ml.labels import Labels
from framework.ml.packing import pack
from framework.ml.rows import times
from framework.ml.runtime import Runner, Runtime, open_runner
from framework.ml.weights import Arrays, load_arrays, save_arrays
from framework_ted.story_words import StoryWords, origins
from framework_ted.texts import Featurize

if TYPE_CHECKING:
    import torch

    from framework_ted.config import LearnedPolicyConfig, TaggerSettings
    from framework_ted.tagger_network import TaggerShape

_DESCRIPTION = "tagger.json"
_GRAPH = "tagger.onnx"
_WEIGHTS = "tagger.safetensors"
_TABLES = "tagger_tables.safetensors"


@dataclass(frozen=True, slots=True)
class EntityTagger:
    """Finds entities in texts. ``stored`` is what a file needs beyond that, if it was trained just now."""

    words: StoryWords
    reader: PartReader
    labels: Labels
    tables: Arrays
    shape: dict[str, Any]
    runner: Runner
    stored: tuple[bytes, Arrays] | None = None

    @classmethod
    def train(
        cls,
        messages: Iterable[UserStep],
        settings: TaggerSettings,
        config: LearnedPolicyConfig,
        featurize: Featurize,
        name: str,
    ) -> Self | None:
        """Learns from what users say in stories; None where nothing is marked, or there are no tokens to mark.

        Imports torch.
        """
        examples = _examples(messages)
        batch = featurize([example.text for example in examples])
        words = StoryWords.fit(batch)
        data = TrainingData(NLUData(examples=examples), words.beside(batch))
        labels = Labels.of(data, intents=False, entities=True, bilou=settings.bilou)
        if not labels.entities or batch.tokens is None:
            return None
        from framework_ted.tagger_trainer import train_tagger

        reader = PartReader.fit("sequence", data.batch.features(origins(config.featurizers)))
        trained = train_tagger(data, reader.read(data.batch), labels, _shape(labels, reader, settings), config, name)
        shape = asdict(trained.shape)
        runner = open_runner(config.runtime, trained.graph, lambda: _network(shape, trained.state))
        return cls(words, reader, labels, trained.tables, shape, runner, (trained.graph, trained.state))

    def find(self, text: str, featurize: Featurize, settings: TaggerSettings, extractor: str) -> list[EntityResult]:
        """The entities of a text, in the name of an extractor."""
        batch = self.words.beside(featurize([text]))
        if batch.tokens is None or not len(batch.tokens):
            return []
        offsets = batch.tokens.offsets
        inputs = {**self._inputs(self.reader.read(batch), len(batch.tokens)), **pack(offsets).inputs()}
        found = decode_tags(self.runner.run(inputs), offsets, self.tables, self.labels)
        reader = EntityReader(self.labels, extractor, settings.splits_at_comma)
        return reader.entities(found, 0, batch.tokens, 0, text)

    def save(self, directory: Path) -> None:
        """Writes what was trained."""
        if self.stored is None:
            raise RuntimeError("a tagger is saved once, after its training")
        graph, state = self.stored
        description = {
            "words": self.words.names,
            "blocks": list(self.reader.scales),
            "labels": self.labels.to_json(),
            "shape": self.shape,
        }
        (directory / _DESCRIPTION).write_text(json.dumps(description, indent=1), encoding="utf-8")
        (directory / _GRAPH).write_bytes(graph)
        save_arrays(state, directory / _WEIGHTS)
        save_arrays(self.tables | self.reader.arrays(), directory / _TABLES)

    @classmethod
    def load(cls, directory: Path, runtime: Runtime) -> Self | None:
        """Restores it without torch, unless torch is to serve; None where nothing was trained."""
        if not (directory / _DESCRIPTION).is_file():
            return None
        description = json.loads((directory / _DESCRIPTION).read_text(encoding="utf-8"))
        shape, arrays = description["shape"], load_arrays(directory / _TABLES)
        runner = open_runner(runtime, directory / _GRAPH, lambda: _network(shape, load_arrays(directory / _WEIGHTS)))
        return cls(
            StoryWords.of_names(description["words"]),
            PartReader.from_arrays("sequence", description["blocks"], arrays),
            Labels.from_json(description["labels"]),
            arrays,
            shape,
            runner,
        )

    def _inputs(self, features: PartFeatures, tokens: int) -> Arrays:
        if features.sparse is not None:
            rows = times(features.sparse, self.tables["tokens"])
        else:
            rows = np.zeros((tokens, self.shape["token_size"]), np.float32)
        inputs: Arrays = {"tokens": rows, "token_types": rows}
        if features.dense is not None:
            inputs["token_dense"] = features.dense
        return inputs


def _examples(messages: Iterable[UserStep]) -> tuple[Example, ...]:
    """Each text once, with the entities that are marked in it."""
    texts: dict[str, Example] = {}
    for step in messages:
        if step.text is not None:
            texts.setdefault(step.text, Example(text=step.text, entities=step.annotations))
    return tuple(texts.values())


def _shape(labels: Labels, reader: PartReader, settings: TaggerSettings) -> TaggerShape:
    from framework_ted.tagger_network import TaggerShape

    return TaggerShape(
        tags=labels.scheme.size,
        roles=len(labels.roles) + 1 if labels.roles else 0,
        groups=len(labels.groups) + 1 if labels.groups else 0,
        token_size=settings.token_size,
        token_dense=reader.dense_width,
        hidden_layers=settings.hidden_layers,
        size=settings.size,
        layers=settings.layers,
        heads=settings.heads,
    )


def _network(shape: dict[str, Any], state: Arrays) -> torch.nn.Module:
    import torch

    from framework_ted.tagger_network import TaggerNetwork, TaggerShape

    network = TaggerNetwork(TaggerShape(**{**shape, "hidden_layers": tuple(shape["hidden_layers"])}))
    network.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
    return network

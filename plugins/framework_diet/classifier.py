"""``DIETClassifier``: the intent and the entities of a message from one network."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from framework.api import (
    EarlierTraining,
    IntentClassifier,
    IntentResult,
    IntentScore,
    LoadContext,
    MessageBatch,
    TrainingData,
)
from framework.ml.entity_decoding import EntityReader
from framework.ml.features import PartReader
from framework.ml.labels import Labels
from framework.ml.ranking import highest_of_rows
from framework.ml.runtime import open_runner
from framework.ml.token_pairs import TokenPairs
from framework.ml.weights import Arrays, load_arrays, save_arrays
from framework_diet.config import DIETConfig
from framework_diet.predictor import Judgement, Predictor

if TYPE_CHECKING:
    import torch

    from framework_diet.trainer import Trained

logger = logging.getLogger(__name__)

EXTRACTOR = "DIETClassifier"


class DIETClassifier(IntentClassifier[DIETConfig]):
    """Classifies intents and extracts entities with a Dual Intent and Entity Transformer (arXiv 2004.09936)."""

    Config = DIETConfig
    also = frozenset({"entity_extractor"})
    is_trainable = True
    is_finetunable = True
    requires = ("tokenizer", "featurizer")

    def __init__(self, config: DIETConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._predictor: Predictor | None = None
        self._only_intent: str | None = None
        self._trained: Trained | None = None

    def train(self, data: TrainingData) -> None:
        """Learns what there is to tell apart: two intents or more, entities, their roles and groups."""
        self._learn(data, None)

    def finetune(self, data: TrainingData, earlier: EarlierTraining) -> None:
        """Goes on from the weights of an earlier training; those of new intents, entities and words are fresh."""
        self._learn(data, earlier)

    def _learn(self, data: TrainingData, earlier: EarlierTraining | None) -> None:
        config = self.config
        labels = Labels.of(
            data, intents=config.intent_classification, entities=config.entity_recognition, bilou=config.BILOU_flag
        )
        if len(labels.intents) == 1:
            self._only_intent = labels.intents[0]
            labels = Labels((), labels.entities, labels.roles, labels.groups, labels.bilou)
        if not labels.intents and not labels.entities:
            logger.warning(
                "%s has no two intents and no entities to tell apart, so there is nothing to train.", self.name
            )
            return
        from framework_diet.trainer import train

        self._trained = train(data, labels, config, self.name, earlier)
        trained = self._trained
        runner = open_runner(config.runtime, trained.graph, lambda: _network(asdict(trained.shape), trained.state))
        sizes = (trained.shape.token_size, trained.shape.sentence_size)
        self._predictor = Predictor(labels, trained.pairs, *trained.readers, trained.tables, sizes, runner)

    def process(self, batch: MessageBatch) -> None:
        """Sets the intent of every message that is not blank, and adds entities."""
        if self._only_intent is not None:
            for message, text in enumerate(batch.texts):
                if text.strip():
                    ranking = [IntentScore(self._only_intent, 1.0)]
                    batch.intents[message] = IntentResult(self._only_intent, 1.0, ranking)
        if self._predictor is None:
            return
        for judgement in self._predictor.judge(batch):
            self._set_intents(batch, judgement, self._predictor.labels.intents)
            self._add_entities(batch, judgement, self._predictor.labels)

    def _set_intents(self, batch: MessageBatch, judgement: Judgement, names: tuple[str, ...]) -> None:
        if judgement.intents is None:
            return
        best = highest_of_rows(judgement.intents, self.config.ranking_length or len(names))
        confidences = judgement.intents[np.arange(len(best))[:, None], best]
        if self.config.renormalize_confidences:
            confidences = confidences / confidences.sum(axis=1, keepdims=True)
        for message, numbers, values in zip(
            judgement.messages.tolist(), best.tolist(), confidences.tolist(), strict=True
        ):
            ranking = [*map(IntentScore, map(names.__getitem__, numbers), values)]
            batch.intents[message] = IntentResult(ranking[0].name, ranking[0].confidence, ranking)

    def _add_entities(self, batch: MessageBatch, judgement: Judgement, labels: Labels) -> None:
        found, tokens = judgement.entities, batch.tokens
        if found is None or tokens is None or not found.tags.any():
            return
        reader = EntityReader(labels, EXTRACTOR, self.config.splits_at_comma)
        for message, first in zip(judgement.messages.tolist(), judgement.offsets.tolist(), strict=False):
            batch.entities[message] += reader.entities(found, first, tokens, message, batch.texts[message])

    def save(self, directory: Path) -> None:
        """Writes labels, tables, weights and the graph."""
        description: dict[str, Any] = {"only_intent": self._only_intent}
        trained = self._trained
        if trained is not None:
            description["labels"] = trained.labels.to_json()
            description["shape"] = asdict(trained.shape)
            description["pairs"] = list(trained.pairs.columns) if trained.pairs is not None else None
            description["blocks"] = {reader.part: list(reader.scales) for reader in trained.readers}
            scales = {name: array for reader in trained.readers for name, array in reader.arrays().items()}
            save_arrays(trained.tables | scales, directory / "tables.safetensors")
            save_arrays(trained.state, directory / "network.safetensors")
            (directory / "network.onnx").write_bytes(trained.graph)
        (directory / "model.json").write_text(json.dumps(description, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, config: DIETConfig, directory: Path, context: LoadContext) -> Self:
        """Restores it without torch, unless torch is to serve."""
        component = cls(config, context)
        description = json.loads((directory / "model.json").read_text(encoding="utf-8"))
        component._only_intent = description["only_intent"]
        if "shape" not in description:
            return component
        arrays = load_arrays(directory / "tables.safetensors")
        shape = description["shape"]
        runner = open_runner(
            config.runtime,
            directory / "network.onnx",
            lambda: _network(shape, load_arrays(directory / "network.safetensors")),
        )
        component._predictor = Predictor(
            Labels.from_json(description["labels"]),
            TokenPairs.of_names(description["pairs"]) if description["pairs"] is not None else None,
            PartReader.from_arrays("sequence", description["blocks"]["sequence"], arrays),
            PartReader.from_arrays("sentence", description["blocks"]["sentence"], arrays),
            arrays,
            (shape["token_size"], shape["sentence_size"]),
            runner,
        )
        return component


def _network(shape: dict[str, Any], state: Arrays) -> torch.nn.Module:
    import torch

    from framework_diet.network import DietNetwork, Shape

    network = DietNetwork(Shape(**{**shape, "hidden_layers": tuple(shape["hidden_layers"])}))
    network.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
    return network

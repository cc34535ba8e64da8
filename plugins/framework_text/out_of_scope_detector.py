"""``OutOfScopeDetector``: recognises messages that belong to no intent."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from pydantic import Field
from typing_extensions import override

from framework.api import (
    ComponentConfig,
    IntentClassifier,
    Kind,
    LoadContext,
    MessageBatch,
    TrainingData,
)
from framework.ml.sampling import spread
from framework.ml.weights import load_arrays, save_arrays
from framework_text.fallback import FALLBACK_INTENT, fall_back, has_fallen_back
from framework_text.scope_features import Floats, Ints, WordCoverage, words_of_messages
from framework_text.scope_model import OUT_OF_SCOPE, Messages, ScopeModel
from framework_text.scope_threshold import ScopeScore, calibrate

logger = logging.getLogger(__name__)

DESCRIPTION_FILE = "detector.json"
ARRAYS_FILE = "detector.safetensors"
MOST_EXAMPLES = 20_000


class OutOfScopeConfig(ComponentConfig):
    """How strict to be, and what is known to be out of scope."""

    max_false_alarms: float = Field(
        default=0.02,
        ge=0.0,
        le=0.5,
        description="Share of the messages in scope that may be refused though they would be understood.",
    )
    fallback_intent: str = Field(
        default=FALLBACK_INTENT, min_length=1, description="The intent of a message that is out of scope."
    )
    intents: tuple[str, ...] = Field(
        default=("out_of_scope", FALLBACK_INTENT),
        description="Intents whose examples, if there are any, are messages that the bot is not for.",
    )
    featurizers: tuple[str, ...] = Field(
        default=(), description="Names or aliases of the featurizers to use; all of them if empty."
    )


class OutOfScopeDetector(IntentClassifier[OutOfScopeConfig]):
    """Sets the intent ``nlu_fallback`` where a message does not look like the examples of any intent.

    The fallback goes to the head of the ranking; its confidence is the share of messages in scope that look more
    usual. A message that already fell back, or has one of the intents for what is out of scope, stays as it is.
    """

    Config = OutOfScopeConfig
    is_trainable: ClassVar[bool] = True
    requires: ClassVar[tuple[Kind, ...]] = ("featurizer", "intent_classifier")

    def __init__(self, config: OutOfScopeConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._model: ScopeModel | None = None
        self._score: ScopeScore | None = None

    @override
    def train(self, data: TrainingData) -> None:
        chosen, labels = self._labels(data)
        if len(np.unique(labels)) < 2 or labels.max() < 0:
            logger.warning("%s: examples of two intents are needed; no message will be out of scope", self.name)
            return
        messages = self._messages(data.batch).take(chosen)
        model = ScopeModel.fit(messages, labels)
        self._score = calibrate(messages, labels, model.weights, self.config.max_false_alarms)
        if self._score is None:
            logger.warning("%s: no intent has two examples; no message will be out of scope", self.name)
            return
        self._model = model

    @override
    def process(self, batch: MessageBatch) -> None:
        if self._score is None or not len(batch):
            return
        scores = self.scores(batch)
        for index in np.flatnonzero(scores < self._score.threshold).tolist():
            if has_fallen_back(batch, index) or batch.intents[index].name in self.config.intents:
                continue
            score = float(scores[index])
            fall_back(
                batch,
                index,
                intent=self.config.fallback_intent,
                confidence=self._score.share_above(score),
                reason="out_of_scope",
                score=score,
                threshold=self._score.threshold,
            )

    def scores(self, batch: MessageBatch) -> Floats:
        """How much each message looks like the examples, in standard deviations from an average message in scope."""
        if self._model is None or self._score is None:
            return np.zeros(len(batch), np.float32)
        return self._score.of(self._model.signals(self._messages(batch)).values)

    @override
    def save(self, directory: Path) -> None:
        description = {}
        if self._model is not None and self._score is not None:
            score, coverage = self._score, self._model.coverage
            description = {
                "blocks": len(self._model.reader.scales),
                "threshold": score.threshold,
                "messages": coverage.messages,
                "words": coverage.frequencies,
            }
            arrays = {"mean": score.mean, "deviation": score.deviation, "weights": score.weights}
            arrays["quantiles"] = score.quantiles
            save_arrays(
                self._model.arrays() | {f"score.{key}": value for key, value in arrays.items()},
                directory / ARRAYS_FILE,
            )
        (directory / DESCRIPTION_FILE).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")

    @classmethod
    @override
    def load(cls, config: OutOfScopeConfig, directory: Path, context: LoadContext) -> Self:
        detector = cls(config, context)
        description = json.loads((directory / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        if description:
            arrays = load_arrays(directory / ARRAYS_FILE)
            coverage = WordCoverage(description["messages"], description["words"])
            detector._model = ScopeModel.from_arrays(arrays, description["blocks"], coverage)
            parts = {key: arrays[f"score.{key}"] for key in ("mean", "deviation", "weights", "quantiles")}
            detector._score = ScopeScore(threshold=description["threshold"], **parts)
        return detector

    def _messages(self, batch: MessageBatch) -> Messages:
        return Messages(batch.features(self.config.featurizers), words_of_messages(batch))

    def _labels(self, data: TrainingData) -> tuple[Ints, Ints]:
        """Which examples to learn from, and the label of each; a fair sample where there are very many."""
        named = [(index, example.intent_name) for index, example in enumerate(data.examples) if example.intent_name]
        names = sorted({name for _, name in named} - set(self.config.intents))
        number_of = {name: number for number, name in enumerate(names)}
        labels = np.array([number_of.get(name, OUT_OF_SCOPE) for _, name in named], np.int64)
        chosen = np.sort(spread(labels, np.random.default_rng(0))[:MOST_EXAMPLES])
        return np.array([index for index, _ in named], np.int64)[chosen], _dense_labels(labels[chosen])


def _dense_labels(labels: Ints) -> Ints:
    """The labels without gaps; those out of scope stay."""
    inside = labels != OUT_OF_SCOPE
    numbered = labels.copy()
    numbered[inside] = np.unique(labels[inside], return_inverse=True)[1]
    return numbered

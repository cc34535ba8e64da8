"""``SklearnIntentClassifier``: a support vector machine over dense features."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field
from typing_extensions import override

from framework.api import (
    BotError,
    ComponentConfig,
    IntentClassifier,
    IntentResult,
    IntentScore,
    Kind,
    LoadContext,
    MessageBatch,
    Problem,
    TrainingData,
)
from framework_text.support_vectors import Doubles, Ints, SupportVectorMachine

logger = logging.getLogger(__name__)

INTENTS_FILE = "intents.json"

Positive = Annotated[float, Field(gt=0.0)]


class SklearnIntentConfig(ComponentConfig):
    """The settings to choose from, and how to choose."""

    C: tuple[Positive, ...] = Field(
        default=(1, 2, 5, 10, 20, 100), min_length=1, description="Inverse strengths of the regularisation to try."
    )
    gamma: tuple[Positive, ...] = Field(
        default=(0.1,), min_length=1, description="Widths to try of the kernels that have one; `linear` has none."
    )
    kernels: tuple[Literal["linear", "rbf", "poly", "sigmoid"], ...] = Field(
        default=("linear",), min_length=1, description="Kernels to try."
    )
    max_cross_validation_folds: int = Field(
        default=5,
        ge=2,
        description="Most parts for cross-validation; fewer if intents have few examples.",
    )
    scoring_function: Literal[
        "accuracy", "balanced_accuracy", "f1_macro", "f1_micro", "f1_weighted", "precision_macro", "precision_micro",
        "precision_weighted", "recall_macro", "recall_micro", "recall_weighted",
    ] = Field(default="f1_weighted", description="The score by which settings are chosen.")  # fmt: skip
    num_threads: int = Field(default=1, ge=1, description="How many settings to try at once.")
    ranking_length: int = Field(default=10, ge=0, description="Number of intents in the ranking; 0 for all of them.")
    featurizers: tuple[str, ...] = Field(
        default=(), description="Names or aliases of the featurizers to use; all dense ones if empty."
    )


class SklearnIntentClassifier(IntentClassifier[SklearnIntentConfig]):
    """Learns from the dense sentence features; the best settings are found by cross-validation."""

    Config = SklearnIntentConfig
    is_trainable: ClassVar[bool] = True
    requires: ClassVar[tuple[Kind, ...]] = ("featurizer",)

    def __init__(self, config: SklearnIntentConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._intents: list[str] = []
        self._machine: SupportVectorMachine | None = None

    @override
    def train(self, data: TrainingData) -> None:
        labelled = [index for index, example in enumerate(data.examples) if example.intent_name]
        names = [str(data.examples[index].intent_name) for index in labelled]
        self._intents = sorted(set(names))
        if len(self._intents) < 2:
            logger.warning("%s: there are no two intents to tell apart, so there is nothing to train", self.name)
            return
        labels = np.array([self._intents.index(name) for name in names], np.int64)
        folds = _folds(labels, self.config.max_cross_validation_folds)
        chosen = _often_enough(labels, folds)
        features = self._features(data.batch)[labelled]
        grid = {"C": self.config.C, "gamma": self.config.gamma, "kernel": self.config.kernels}
        self._machine, best = SupportVectorMachine.fit(
            features[chosen], labels[chosen], grid, self.config.scoring_function, folds, self.config.num_threads
        )
        logger.info("%s: the best settings are %s", self.name, best)

    @override
    def process(self, batch: MessageBatch) -> None:
        if self._machine is None or not len(batch):
            return
        probabilities = self._machine.probabilities(self._features(batch))
        length = self.config.ranking_length or len(self._intents)
        order = np.argsort(-probabilities, axis=1, kind="stable")[:, :length]
        for index, best in enumerate(order.tolist()):
            ranking = [IntentScore(self._intents[intent], float(probabilities[index, intent])) for intent in best]
            batch.intents[index] = IntentResult(ranking[0].name, ranking[0].confidence, ranking)

    @override
    def save(self, directory: Path) -> None:
        (directory / INTENTS_FILE).write_text(json.dumps(self._intents, ensure_ascii=False), encoding="utf-8")
        if self._machine is not None:
            self._machine.save(directory)

    @classmethod
    @override
    def load(cls, config: SklearnIntentConfig, directory: Path, context: LoadContext) -> Self:
        classifier = cls(config, context)
        classifier._intents = json.loads((directory / INTENTS_FILE).read_text(encoding="utf-8"))
        if len(classifier._intents) > 1:
            classifier._machine = SupportVectorMachine.load(directory)
        return classifier

    def _features(self, batch: MessageBatch) -> Doubles:
        dense: list[npt.NDArray[np.float32]] = [
            block.sentence
            for block in batch.features(self.config.featurizers)
            if isinstance(block.sentence, np.ndarray)
        ]
        if not dense:
            raise _without_dense_features(self.name)
        return np.concatenate(dense, axis=1, dtype=np.float64)


def _folds(labels: Ints, most: int) -> int:
    """As many as leave about five examples of the rarest intent in each, but two at least."""
    return max(2, min(most, int(np.bincount(labels).min()) // 5))


def _often_enough(labels: Ints, folds: int) -> Ints:
    """The numbers of the examples, those of rare intents repeated, so that each intent is in every fold."""
    counts = np.bincount(labels)
    repeats = -(-folds // counts)  # rounded up; 1 for all but rare intents
    return np.repeat(np.arange(len(labels)), repeats[labels])


def _without_dense_features(name: str) -> BotError:
    return BotError(
        Problem(
            code="pipeline-order",
            what=f"{name} needs dense features, and no featurizer before it gives any",
            fix="put SpacyFeaturizer or LanguageModelFeaturizer before it, or use LogisticRegressionClassifier",
        )
    )

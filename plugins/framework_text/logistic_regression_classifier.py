"""``LogisticRegressionClassifier``: a strong, fast and small intent classifier without a neural network."""

from __future__ import annotations

import json
import logging
import warnings
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field
from typing_extensions import override

from framework.api import (
    ComponentConfig,
    EarlierTraining,
    FeatureBlock,
    IntentClassifier,
    IntentResult,
    IntentScore,
    Kind,
    LoadContext,
    MessageBatch,
    TrainingData,
)
from framework.ml.temperature import fit_temperature, hold_out_to_calibrate
from framework_text.earlier_linear_model import INTENTS_FILE, EarlierLinearModel, Weights, Widths, widths_of
from framework_text.linear_model import Floats, Ints, LinearModel

logger = logging.getLogger(__name__)


class LogisticRegressionConfig(ComponentConfig):
    """Settings of the optimiser, and which features are used."""

    max_iter: int = Field(default=100, ge=1, description="Greatest number of steps of the solver.")
    solver: Literal["lbfgs", "newton-cg", "newton-cholesky", "sag", "saga", "liblinear"] = Field(
        default="lbfgs", description="Algorithm of scikit-learn; `liblinear` learns one intent against the others."
    )
    tol: float = Field(default=1e-4, gt=0.0, description="Change of the loss at which the solver stops.")
    C: float = Field(default=10.0, gt=0.0, description="Inverse strength of the L2 regularisation.")
    random_state: int | None = Field(default=42, ge=0, description="Seed of the solvers that shuffle.")
    ranking_length: int = Field(default=10, ge=0, description="Number of intents in the ranking; 0 for all of them.")
    calibrate: bool = Field(
        default=True,
        description="Fit a temperature on held-out examples, so that confidences are neither too low nor too high.",
    )
    featurizers: tuple[str, ...] = Field(
        default=(), description="Names or aliases of the featurizers to use; all of them if empty."
    )


class LogisticRegressionClassifier(IntentClassifier[LogisticRegressionConfig]):
    """Multinomial logistic regression over the sentence features, with rare intents weighed up."""

    Config = LogisticRegressionConfig
    is_trainable: ClassVar[bool] = True
    is_finetunable: ClassVar[bool] = True
    version: ClassVar[int] = 3
    requires: ClassVar[tuple[Kind, ...]] = ("featurizer",)

    def __init__(self, config: LogisticRegressionConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._intents: list[str] = []
        self._model: LinearModel | None = None
        self._temperature = 1.0
        self._widths: Widths = []

    @override
    def train(self, data: TrainingData) -> None:
        self._learn(data, None)

    @override
    def finetune(self, data: TrainingData, earlier: EarlierTraining) -> None:
        """Begins with the earlier weights, and keeps the temperature."""
        self._learn(data, EarlierLinearModel.read(earlier.folder))

    def _learn(self, data: TrainingData, earlier: EarlierLinearModel | None) -> None:
        labelled = np.array([index for index, example in enumerate(data.examples) if example.intent_name], np.int64)
        names = [data.examples[index].intent_name for index in labelled.tolist()]
        self._intents = sorted({name for name in names if name})
        if not self._intents:
            logger.warning("%s: no example has an intent; it will predict none", self.name)
            return
        labels = np.array([self._intents.index(name) for name in names if name], np.int64)
        blocks = [block.sentences(labelled) for block in data.batch.features(self.config.featurizers)]
        self._widths = widths_of(blocks)
        start = earlier.weights(self._intents, self._widths) if earlier is not None else None
        model = LinearModel.fit(blocks, labels, partial(self._fit_classifier, start=start))
        if self.config.calibrate:
            self._temperature = earlier.temperature if earlier is not None else self._calibrate(blocks, labels)
        self._model = model.sharpened(1 / self._temperature)

    @override
    def process(self, batch: MessageBatch) -> None:
        if self._model is None:
            return
        probabilities = _softmax(self._model.scores(batch.features(self.config.featurizers)))
        length = self.config.ranking_length or len(self._intents)
        order = np.argsort(-probabilities, axis=1, kind="stable")[:, :length]
        for index, best in enumerate(order.tolist()):
            ranking = [IntentScore(self._intents[intent], float(probabilities[index, intent])) for intent in best]
            batch.intents[index] = IntentResult(ranking[0].name, ranking[0].confidence, ranking)

    @override
    def save(self, directory: Path) -> None:
        (directory / INTENTS_FILE).write_text(json.dumps(self._intents, ensure_ascii=False), encoding="utf-8")
        if self._model is not None:
            self._model.save(directory)
            EarlierLinearModel.save(directory, self._widths, self._temperature)

    @classmethod
    @override
    def load(cls, config: LogisticRegressionConfig, directory: Path, context: LoadContext) -> Self:
        classifier = cls(config, context)
        classifier._intents = json.loads((directory / INTENTS_FILE).read_text(encoding="utf-8"))
        if classifier._intents:
            classifier._model = LinearModel.load(directory)
        return classifier

    def _calibrate(self, blocks: list[FeatureBlock], labels: Ints) -> float:
        """The temperature of a model that has not seen some of the examples; 1 where there are too few of them."""
        parts = hold_out_to_calibrate(labels, self.config.random_state)
        if parts is None:
            return 1.0
        held_out, learned = parts
        model = LinearModel.fit([block.sentences(learned) for block in blocks], labels[learned], self._fit_classifier)
        scores = model.scores([block.sentences(held_out) for block in blocks])
        temperature = fit_temperature(scores, labels[held_out])
        logger.info("%s: calibrated with temperature %.2f", self.name, temperature)
        return temperature

    def _fit_classifier(self, features: Any, labels: Ints, start: Weights | None = None) -> tuple[Any, Any]:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier

        keys = ("max_iter", "solver", "tol", "C", "random_state")
        classifier = LogisticRegression(class_weight="balanced", **self.config.model_dump(include=set(keys)))
        if self.config.solver == "liblinear":
            classifier = OneVsRestClassifier(classifier)
        elif start is not None:
            classifier.set_params(warm_start=True)
            classifier.coef_, classifier.intercept_ = start
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            classifier.fit(features, labels)
        if caught:
            logger.info("%s: the solver stopped after max_iter=%d steps", self.name, self.config.max_iter)
        each = getattr(classifier, "estimators_", [classifier])
        return np.concatenate([one.coef_ for one in each]), np.concatenate([one.intercept_ for one in each])


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities: Floats = powers / powers.sum(axis=1, keepdims=True)
    return probabilities

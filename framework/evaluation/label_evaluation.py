"""How well messages were told apart: by their intents, or by the answers to their questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from framework.evaluation.calibration import calibration_error
from framework.evaluation.labels import confusions, label_report
from framework.evaluation.parsed_example import ParsedExample

NOTHING = "(none)"
"""Stands in reports for a label that was not predicted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPrediction:
    """A message's right label, and the one that was predicted for it, with the confidence in it.

    ``linear`` is what a linear model on the same features predicts. ``fell_back`` says that the bot would not act on
    the prediction, but ask.
    """

    message: ParsedExample
    expected: str
    predicted: str | None
    confidence: float
    linear: str | None = None
    fell_back: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the predicted label is the right one."""
        return self.predicted == self.expected


@dataclass(frozen=True)
class LabelEvaluation:
    """Predictions of one kind of label, and what can be said of all of them. There is at least one."""

    predictions: tuple[LabelPrediction, ...]

    @cached_property
    def report(self) -> dict[str, Any]:
        """Scores by label and on average, in the shape of scikit-learn, with what each label is ``confused_with``."""
        report = label_report(self.expected, self.predicted)
        for label in {*self.expected, *self.predicted}:
            report[label]["confused_with"] = {}
        for expected, predicted, count in confusions(self.expected, self.predicted):
            report[expected]["confused_with"][predicted] = count
        return report

    @property
    def expected(self) -> list[str]:
        """The right labels."""
        return [prediction.expected for prediction in self.predictions]

    @property
    def predicted(self) -> list[str]:
        """The predicted labels."""
        return [prediction.predicted or NOTHING for prediction in self.predictions]

    @property
    def errors(self) -> list[LabelPrediction]:
        """The wrong predictions, surest first."""
        wrong = [prediction for prediction in self.predictions if not prediction.is_right]
        return sorted(wrong, key=lambda prediction: -prediction.confidence)

    @property
    def successes(self) -> list[LabelPrediction]:
        """The right predictions."""
        return [prediction for prediction in self.predictions if prediction.is_right]

    @property
    def accuracy(self) -> float:
        """The share of right predictions."""
        return len(self.successes) / len(self.predictions)

    @cached_property
    def linear_report(self) -> dict[str, Any] | None:
        """The scores of a linear model on the same features; None where there was none to compare with."""
        guesses = [prediction.linear for prediction in self.predictions if prediction.linear is not None]
        return label_report(self.expected, guesses) if len(guesses) == len(self.predictions) else None

    @property
    def calibration_error(self) -> float:
        """How far confidence and accuracy are apart, 0 to 1."""
        return calibration_error(
            [prediction.confidence for prediction in self.predictions],
            [prediction.is_right for prediction in self.predictions],
        )


def evaluate_labels(predictions: Sequence[LabelPrediction]) -> LabelEvaluation | None:
    """The evaluation; None where there is nothing to evaluate, because no label was expected or none predicted."""
    if not any(prediction.predicted for prediction in predictions):
        return None
    return LabelEvaluation(tuple(predictions))

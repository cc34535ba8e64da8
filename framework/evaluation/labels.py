"""Precision, recall and F1 of labels, in the shape of scikit-learn's ``classification_report``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

AVERAGES = ("micro avg", "macro avg", "weighted avg")


@dataclass(frozen=True, slots=True)
class LabelScores:
    """How often one label was right, was predicted, and was expected (its support)."""

    right: int
    predicted: int
    support: int

    @property
    def precision(self) -> float:
        """The share of its predictions that are right; 0 where it was never predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of its occurrences that were found; 0 where it never occurs."""
        return self.right / self.support if self.support else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.predicted + self.support
        return 2 * self.right / total if total else 0.0


def score_labels(expected: Sequence[str], predicted: Sequence[str]) -> dict[str, LabelScores]:
    """Scores of each label that is expected or predicted, by name in alphabetical order."""
    right = Counter(one for one, other in zip(expected, predicted, strict=True) if one == other)
    found, there = Counter(predicted), Counter(expected)
    return {name: LabelScores(right[name], found[name], there[name]) for name in sorted(found | there)}


def label_report(expected: Sequence[str], predicted: Sequence[str]) -> dict[str, Any]:
    """The scores by label, then ``accuracy``, ``macro avg`` and ``weighted avg``; empty where nothing is expected."""
    scores = score_labels(expected, predicted)
    if not expected:
        return {}
    rows = averages(scores)
    # Where every message has one label, the micro average of all three scores is the accuracy.
    micro, macro, weighted = (rows.pop(name) for name in AVERAGES)
    return {**rows, "accuracy": micro["f1-score"], "macro avg": macro, "weighted avg": weighted}


def averages(scores: Mapping[str, LabelScores]) -> dict[str, Any]:
    """The scores by label, then the averages: ``micro avg``, ``macro avg`` and ``weighted avg``."""
    rows = {name: _row(score.precision, score.recall, score.f1, score.support) for name, score in scores.items()}
    total = LabelScores(
        right=sum(score.right for score in scores.values()),
        predicted=sum(score.predicted for score in scores.values()),
        support=sum(score.support for score in scores.values()),
    )
    even = dict.fromkeys(scores, 1.0)
    by_support = {name: float(score.support) for name, score in scores.items()}
    return {
        **rows,
        "micro avg": _row(total.precision, total.recall, total.f1, total.support),
        "macro avg": _average(scores, even),
        "weighted avg": _average(scores, by_support),
    }


def confusions(expected: Sequence[str], predicted: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Expected label, predicted label and how often, for each pair that differs; the most frequent first."""
    pairs = Counter((one, other) for one, other in zip(expected, predicted, strict=True) if one != other)
    for (one, other), count in pairs.most_common():
        yield one, other, count


def _average(scores: Mapping[str, LabelScores], weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values()) or 1.0
    return _row(
        sum(score.precision * weights[name] for name, score in scores.items()) / total,
        sum(score.recall * weights[name] for name, score in scores.items()) / total,
        sum(score.f1 * weights[name] for name, score in scores.items()) / total,
        sum(score.support for score in scores.values()),
    )


def _row(precision: float, recall: float, f1: float, support: int) -> dict[str, float]:
    return {"precision": precision, "recall": recall, "f1-score": f1, "support": support}

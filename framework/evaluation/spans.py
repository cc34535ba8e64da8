"""Precision, recall and F1 of entities as spans: right only if type, start and end are all right.

This is the definition of CoNLL-2000 and of seqeval, which published results use: Tjong Kim Sang and Buchholz,
*Introduction to the CoNLL-2000 Shared Task: Chunking*, 2000.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[str, int, int]
"""Type, start and end of an entity."""


@dataclass(frozen=True, slots=True)
class SpanScores:
    """How many spans were right, how many were predicted, and how many there are."""

    right: int
    predicted: int
    expected: int

    @property
    def precision(self) -> float:
        """The share of predicted spans that are right; 0 where none was predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of expected spans that were found; 0 where there is none."""
        return self.right / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.predicted + self.expected
        return 2 * self.right / total if total else 0.0


def score_spans(expected: Sequence[Iterable[Span]], predicted: Sequence[Iterable[Span]]) -> SpanScores:
    """Scores over all messages and types together (micro average)."""
    return _total(score_spans_by_type(expected, predicted).values())


def score_spans_by_type(
    expected: Sequence[Iterable[Span]], predicted: Sequence[Iterable[Span]]
) -> dict[str, SpanScores]:
    """Scores of each type that is expected or predicted, by name in alphabetical order."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for one, other in zip(map(set, expected), map(set, predicted), strict=True):
        right.update(kind for kind, _, _ in one & other)
        found.update(kind for kind, _, _ in other)
        there.update(kind for kind, _, _ in one)
    return {kind: SpanScores(right[kind], found[kind], there[kind]) for kind in sorted(found | there)}


def _total(scores: Iterable[SpanScores]) -> SpanScores:
    parts = list(scores)
    return SpanScores(
        right=sum(part.right for part in parts),
        predicted=sum(part.predicted for part in parts),
        expected=sum(part.expected for part in parts),
    )

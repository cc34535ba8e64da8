"""``ScopeModel``: how much a message looks like any of the intents, in several ways at once.

The signals are how likely a linear classifier finds the best intent (arXiv 1610.02136), the similarity to the nearest
training example of that intent (arXiv 2204.06507) and to the mean of its examples, and the share of unknown words.
Examples of other intents do not count: messages out of scope are often as near to one intent as they are to another.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from framework.api import FeatureBlock
from framework.ml.features import SparseScale
from framework.ml.rows import times
from framework.ml.sampling import spread
from framework.ml.weights import Arrays
from framework_text.neighbours import Neighbours
from framework_text.scope_features import Floats, Ints, Rows, SentenceReader, WordCoverage

OUT_OF_SCOPE = -1
"""The label of examples that are known to be out of scope."""

_REGULARISATION = 10.0
_SOLVER_STEPS = 20
_UNKNOWN_WORDS_WEIGHT = 0.5
_OUT_OF_SCOPE_WEIGHT = 2.0
_MOST_NEIGHBOURS = 40


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages as the model sees them: their feature blocks, and their words."""

    blocks: Sequence[FeatureBlock]
    words: Sequence[Sequence[str]]

    def __len__(self) -> int:
        return len(self.words)

    def take(self, wanted: Ints) -> Messages:
        """Some of the messages."""
        return Messages(
            [block.sentences(wanted) for block in self.blocks], [self.words[index] for index in wanted.tolist()]
        )


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for messages being in scope, more for a greater value, and the intent (its label) they fit best."""

    values: Floats  # (messages, signals)
    best: Ints  # (messages,)


@dataclass(frozen=True, slots=True)
class ScopeModel:
    """A linear classifier of the intents, their means and examples, and the known words.

    With examples that are out of scope the classifier has a last class for them.
    """

    reader: SentenceReader
    coverage: WordCoverage
    coefficients: Floats  # (D, C)
    intercepts: Floats  # (C,)
    intents: int
    neighbours: Neighbours

    @classmethod
    def fit(cls, messages: Messages, labels: Ints) -> Self:
        """Learns from messages with labels ``0..intents-1`` or ``OUT_OF_SCOPE``; two different ones at least."""
        intents = int(labels.max()) + 1
        reader = SentenceReader.fit(messages.blocks)
        inside = np.flatnonzero(labels != OUT_OF_SCOPE)
        coverage = WordCoverage.fit([messages.words[index] for index in inside.tolist()])
        coefficients, intercepts = _fit_classifier(
            reader.read(messages.blocks), np.where(labels == OUT_OF_SCOPE, intents, labels), intents
        )
        chosen = inside[_at_most_each(labels[inside], _MOST_NEIGHBOURS)]
        neighbours = Neighbours.of(reader.read(messages.take(chosen).blocks), labels[chosen], intents)
        return cls(reader, coverage, coefficients, intercepts, intents, neighbours)

    @property
    def weights(self) -> Floats:
        """How much each signal counts."""
        similarities = self.neighbours.kinds + self.neighbours.has_means
        known = [_OUT_OF_SCOPE_WEIGHT] if len(self.intercepts) > self.intents else []
        return np.array([1, *[1] * similarities, _UNKNOWN_WORDS_WEIGHT, *known], np.float32)

    def signals(self, messages: Messages) -> Signals:
        """The signals of some messages."""
        rows = self.reader.read(messages.blocks)
        scores = self._scores(rows)
        of_intents = scores[:, : self.intents]
        energy, best = _energy(of_intents), of_intents.argmax(axis=1)
        unknown = [self.coverage.unknown_share(words) for words in messages.words]
        columns = [of_intents.max(axis=1) - energy, *self.neighbours.similarities(rows, best)]
        columns.append(-np.array(unknown, np.float32))
        if scores.shape[1] > self.intents:
            columns.append(energy - scores[:, self.intents])
        return Signals(np.stack(columns, axis=1), best)

    def _scores(self, rows: Rows) -> Floats:
        width = rows.sparse.width if rows.sparse is not None else 0
        scores: Any = self.intercepts
        if rows.sparse is not None:
            scores = scores + times(rows.sparse, self.coefficients[:width])
        if rows.dense is not None:
            scores = scores + np.stack([row @ self.coefficients[width:] for row in rows.dense])
        result: Floats = scores
        return result

    def arrays(self) -> Arrays:
        """What was learned, but for the words; see :meth:`from_arrays`."""
        arrays: Arrays = {"coefficients": self.coefficients, "intercepts": self.intercepts}
        arrays["intents"] = np.array([self.intents])
        for number, scale in enumerate(self.reader.scales):
            if scale is not None:
                arrays[f"scale.{number}.weights"] = scale.weights
                arrays[f"scale.{number}.floor"] = np.array([scale.floor])
        return arrays | self.neighbours.arrays()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any], blocks: int, coverage: WordCoverage) -> Self:
        """Restores a model that reads that many blocks."""
        scales = tuple(
            SparseScale(arrays[f"scale.{number}.weights"], float(arrays[f"scale.{number}.floor"][0]))
            if f"scale.{number}.weights" in arrays
            else None
            for number in range(blocks)
        )
        return cls(
            SentenceReader(scales),
            coverage,
            arrays["coefficients"],
            arrays["intercepts"],
            int(arrays["intents"][0]),
            Neighbours.from_arrays(arrays),
        )


def _energy(scores: Floats) -> Floats:
    """The logarithm of the summed exponentials of each row."""
    greatest = scores.max(axis=1, keepdims=True)
    energy: Floats = greatest[:, 0] + np.log(np.exp(scores - greatest).sum(axis=1))
    return energy


def _fit_classifier(rows: Rows, labels: Ints, intents: int) -> tuple[Floats, Floats]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    classifier = LogisticRegression(C=_REGULARISATION, max_iter=_SOLVER_STEPS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        classifier.fit(rows.matrix(), labels)
    learned, bias = classifier.coef_, classifier.intercept_
    if len(learned) == 1:
        learned, bias = np.concatenate((-learned, learned)) / 2, np.concatenate((-bias, bias)) / 2
    present = classifier.classes_
    classes = max(intents, int(present.max()) + 1)
    coefficients = np.zeros((learned.shape[1], classes), np.float32)
    intercepts = np.full(classes, bias.min(), np.float32)
    coefficients[:, present], intercepts[present] = learned.T, bias
    return coefficients, intercepts


def _at_most_each(labels: Ints, most: int) -> Ints:
    """So many examples of each label, in the order of the labels."""
    order = spread(labels, np.random.default_rng(0))
    order = order[np.argsort(labels[order], kind="stable")]
    _, starts, counts = np.unique(labels[order], return_index=True, return_counts=True)
    rank = np.arange(len(order)) - np.repeat(starts, counts)
    chosen: Ints = order[rank < most]
    return chosen

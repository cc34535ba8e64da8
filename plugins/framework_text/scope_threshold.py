"""From signals to a score, and how low a score may be: learned from messages that a model was not fitted on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Self

import numpy as np

from framework.ml.sampling import spread
from framework_text.scope_features import Floats, Ints
from framework_text.scope_model import OUT_OF_SCOPE, Messages, ScopeModel

logger = logging.getLogger(__name__)

_FOLDS = 2
"""So few because users write less like the examples than these like each other: with half of the examples to compare
with, held-out ones look about as strange as users' messages do with all."""
_MARGIN = 0.7
"""Share of the false alarms allowed that is used up. What users write looks stranger all the same: to validation sets
and to messages of real users, up to twice as many were false as to held-out examples."""
_QUANTILES = 201


@dataclass(frozen=True, slots=True)
class ScopeScore:
    """Brings the signals to one scale, that of held-out messages in scope, and adds them up.

    A score is in standard deviations of the signals, 0 for an average message in scope; lower is stranger.
    """

    mean: Floats  # (signals,)
    deviation: Floats  # (signals,)
    weights: Floats  # (signals,)
    threshold: float
    quantiles: Floats
    """The scores of held-out messages in scope at equal steps from the lowest to the highest."""

    @classmethod
    def fit(cls, held_out: Floats, weights: Floats, right: Ints, max_false_alarms: float) -> Self:
        """Learns scale and threshold from the signals ``(messages, signals)`` of held-out messages in scope.

        So many of them may fall below the threshold that had been understood rightly (``right``, by number) as
        ``max_false_alarms`` allows, as a share of all, less a margin.
        """
        deviation = np.maximum(held_out.std(axis=0), 1e-6)
        plain = cls(held_out.mean(axis=0), deviation, weights, 0.0, np.zeros(1, np.float32))
        scores = plain.of(held_out)
        of_right = np.sort(scores[right])
        allowed = _with_a_margin(max_false_alarms * len(scores))
        threshold = float(of_right[allowed]) if allowed < len(of_right) else float("inf")
        quantiles = np.quantile(scores, np.linspace(0, 1, _QUANTILES)).astype(np.float32)
        return cls(plain.mean, plain.deviation, weights, min(threshold, float(scores.max())), quantiles)

    def of(self, signals: Floats) -> Floats:
        """The score of each message."""
        standard = (signals - self.mean) / self.deviation
        # Not a matrix product, whose rounding depends on the number of messages.
        scores: Floats = (standard * (self.weights / self.weights.sum())).sum(axis=1)
        return scores

    def share_above(self, score: float) -> float:
        """The share of messages in scope that look more usual than one with this score."""
        return 1.0 - float(np.interp(score, self.quantiles, np.linspace(0, 1, len(self.quantiles))))


def _with_a_margin(alarms: float) -> int:
    """How many to use up of the false alarms allowed; of few, which may be few by chance, a standard deviation less."""
    return int(max(0.0, min(_MARGIN * alarms, alarms - alarms**0.5)))


def calibrate(messages: Messages, labels: Ints, weights: Floats, max_false_alarms: float) -> ScopeScore | None:
    """Fits models on parts of the messages and looks at the signals of the others. None if nothing can be held out."""
    values, right = [], []
    for learned, held_out in _folds(labels):
        model = ScopeModel.fit(messages.take(learned), labels[learned])
        signals = model.signals(messages.take(held_out))
        values.append(signals.values)
        right.append(signals.best == labels[held_out])
    if not values:
        return None
    found = np.flatnonzero(np.concatenate(right)).astype(np.int64)
    return ScopeScore.fit(np.concatenate(values), weights, found, max_false_alarms)


def _folds(labels: Ints) -> list[tuple[Ints, Ints]]:
    """What to learn from and what to look at, several times; an intent's first example is always learned."""
    inside = np.flatnonzero(labels != OUT_OF_SCOPE)
    order = inside[spread(labels[inside], np.random.default_rng(0))]
    _, first = np.unique(labels[order], return_index=True)
    spare = np.delete(order, first)
    spare = spare[np.argsort(labels[spare], kind="stable")]
    parts = [np.sort(spare[number::_FOLDS]) for number in range(_FOLDS)]
    return [(np.setdiff1d(np.arange(len(labels)), part), part) for part in parts if len(part)]

"""Temperature scaling (arXiv 1706.04599): makes confidences mean what they say."""

from __future__ import annotations

import numpy as np

from framework.ml.sampling import hold_out
from framework.nlu.features import Floats, Ints

HELD_OUT_EVERY = 5
FEWEST_HELD_OUT = 40
MOST_HELD_OUT = 2_000
_COLDEST, _HOTTEST = 0.1, 10.0
_STEPS = 40
_GOLDEN = (5**0.5 - 1) / 2


def hold_out_to_calibrate(labels: Ints, seed: int | None) -> tuple[Ints, Ints] | None:
    """A fifth of the examples to fit a temperature on, and the others; None where that is too few to tell anything."""
    wanted = min(len(labels) // HELD_OUT_EVERY, MOST_HELD_OUT)
    held_out, learned = hold_out(labels, wanted, np.random.default_rng(seed))
    return (held_out, learned) if len(held_out) >= FEWEST_HELD_OUT else None


def fit_temperature(scores: Floats, labels: Ints) -> float:
    """The number by which to divide scores ``(N, C)`` so that their softmax makes the labels ``(N,)`` likeliest.

    The examples must be others than those that the scores were learned from. Found by golden-section search over the
    logarithm, in which the loss has one minimum.
    """
    low, high = np.log(_COLDEST), np.log(_HOTTEST)
    for _ in range(_STEPS):
        width = _GOLDEN * (high - low)
        if _loss(scores, labels, high - width) < _loss(scores, labels, low + width):
            high = low + width
        else:
            low = high - width
    return float(np.exp((low + high) / 2))


def _loss(scores: Floats, labels: Ints, log_temperature: float) -> float:
    """The mean negative log-likelihood of the labels."""
    scaled = scores * np.exp(-log_temperature)
    greatest = scaled.max(axis=1)
    total = greatest + np.log(np.exp(scaled - greatest[:, None]).sum(axis=1))
    return float((total - scaled[np.arange(len(labels)), labels]).mean())

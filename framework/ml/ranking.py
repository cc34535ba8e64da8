"""The best of many."""

from __future__ import annotations

import numpy as np

from framework.nlu.features import Floats, Ints

_WORTH_SELECTING = 8
"""How many times more numbers than are wanted there must be for selecting to be faster than sorting them all."""


def highest(scores: Floats, count: int) -> Ints:
    """The places of the ``count`` highest scores, highest first; of equal ones the first come first."""
    if len(scores) < _WORTH_SELECTING * count:
        return np.argsort(-scores, kind="stable")[:count]
    least = np.partition(scores, -count)[-count]
    places = np.flatnonzero(scores >= least)
    return places[np.argsort(-scores[places], kind="stable")[:count]]

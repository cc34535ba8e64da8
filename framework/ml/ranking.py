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


def highest_of_rows(shares: Floats, count: int) -> Ints:
    """For each row, the places of its ``count`` highest numbers as :func:`highest` finds them, ``[rows, count]``.

    The numbers are float32 and none is negative: then their bits, read as integers, have the same order, and there is
    room for the place behind them.
    """
    width = shares.shape[1]
    if len(shares) == 1:
        return highest(shares[0], count)[None]
    keys = shares.view(np.int32).astype(np.int64) << 32
    keys |= np.arange(width - 1, -1, -1)
    if count < width:
        keys = np.partition(keys, width - count, axis=1)[:, width - count :]
    keys.sort(axis=1)
    places: Ints = width - 1 - (keys[:, ::-1] & 0xFFFFFFFF)
    return places

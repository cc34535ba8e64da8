"""Remembers dense rows by key: words repeat, within a batch and from one message to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from framework.nlu.features import Floats
from framework.nlu.keyed_rows import Key

MOST_BYTES = 2 * 1024 * 1024
LONGEST_KEY = 32
"""Long keys are not remembered: they seldom repeat, and take memory themselves."""


class RowMemory:
    """Rows by key, as many of the latest as there is room for.

    There are two generations. A row that is asked for moves to the younger one; when that is full, the older one is
    forgotten. A row is never changed, so that several threads may ask at once.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._young: dict[Key, Floats] = {}
        self._old: dict[Key, Floats] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def rows(self, keys: Sequence[Key], find: Callable[[Sequence[Key]], Floats]) -> Floats:
        """The row of each of one key or more; ``find`` is asked for those that are not remembered, all at once."""
        young, old = self._young, self._old
        missing = [key for key in keys if key not in young]
        unknown = [key for key in missing if key not in old]
        known = {key: old[key] for key in missing if key in old}
        if unknown:
            known |= {key: row.copy() for key, row in zip(unknown, find(unknown), strict=True)}
        for key, row in known.items():
            self._remember(key, row)
        rows = [known[key] if key in known else young[key] for key in keys] if known else [young[key] for key in keys]
        return np.concatenate(rows).reshape(len(rows), -1)

    def _remember(self, key: Key, row: Floats) -> None:
        if len(key) > LONGEST_KEY:
            return
        if 2 * (len(self._young) + 1) * row.nbytes > self._most_bytes:
            self._young, self._old = {}, self._young
        self._young[key] = row

"""Tokens among their neighbours: what is worked out for one window holds for all windows that look alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import count, starmap
from typing import Any

import numpy as np
import numpy.typing as npt

from framework.api import Repeats
from framework_text.token_memory import remember_tokens

Tagged = tuple[str, str | None]
"""A token's text and its part of speech."""
Look = tuple[tuple[int, ...], ...]
"""For each place in the window, the columns of a token that stands there."""
Row = tuple[int, ...]
"""The columns of a token."""
Numbers = npt.NDArray[np.int64]

REMEMBERED_WINDOWS = 20_000
MOST_LOOKS = 20_000
_LEAST_BITS = 19
_PLACE_BITS = 6
_INTEGER_BITS = 63


class TokenWindows:
    """Finds the rows of tokens, each from its own look and those of its neighbours.

    ``look_of`` tells what a token (and its tag) looks like. ``row_of`` makes a row of the looks in a window of
    ``places``, an odd number, and of how many tokens of the message there are before and behind the one in the middle.
    """

    def __init__(
        self, places: int, look_of: Callable[[str, str | None], Look], row_of: Callable[[list[Look], int, int], Row]
    ) -> None:
        self._half = places // 2
        self._look_of, self._row_of = look_of, row_of
        self._numbers: dict[Look, int] = {}
        self._looks: dict[int, Look] = {}
        self._next = count()
        self._number_of = remember_tokens(self._find_number)
        self._row_of_kind = lru_cache(REMEMBERED_WINDOWS)(self._find_row)

    @property
    def is_full(self) -> bool:
        """Whether so many looks have been seen that it is time to begin anew."""
        return len(self._looks) > MOST_LOOKS

    def rows(self, tokens: Iterable[Tagged], offsets: Numbers) -> list[Row]:
        """The row of every token of messages whose tokens are at ``offsets``."""
        kinds, bits = self._kinds(np.array([*starmap(self._number_of, tokens)], np.int64), offsets)
        return [self._row_of_kind(kind, bits) for kind in kinds]

    def repeats(self, tokens: Repeats[Tagged], offsets: Numbers) -> Repeats[Row]:
        """The same for many tokens."""
        looks = np.array([*starmap(self._number_of, tokens.keys)], np.int64)
        kinds, bits = self._kinds(looks[tokens.numbers], offsets)
        found = Repeats.of(kinds)
        return Repeats([self._row_of_kind(kind, bits) for kind in found.keys], found.numbers)

    def _kinds(self, looks: Numbers, offsets: Numbers) -> tuple[list[int], int]:
        """For every token one number made of the looks in its window and of its place; the bits of each look."""
        bits = max(_LEAST_BITS, len(self._looks).bit_length())
        half, size = self._half, len(looks)
        places = [_places_in(length, half + 1) for length in np.diff(offsets).tolist()]
        kinds: npt.NDArray[Any] = np.concatenate(places) if places else np.empty(0, np.int64)
        if (2 * half + 1) * bits + _PLACE_BITS > _INTEGER_BITS:
            kinds = kinds.astype(object)  # wide windows need integers of any length
        # Where a window reaches beyond the message there may be any token: its place says that it does not count.
        padded = np.zeros(size + 2 * half, np.int64)
        padded[half : half + size] = looks
        for place in range(2 * half + 1):
            kinds = (kinds << bits) | padded[place : place + size]
        return kinds.tolist(), bits

    def _find_number(self, token: str, tag: str | None) -> int:
        look = self._look_of(token, tag)
        number = self._numbers.setdefault(look, next(self._next))
        self._looks[number] = look
        return number

    def _find_row(self, kind: int, bits: int) -> Row:
        window: list[Look] = []
        for _ in range(2 * self._half + 1):
            kind, look = divmod(kind, 1 << bits)
            window.insert(0, self._looks[look])
        return self._row_of(window, *divmod(kind, self._half + 2))


@lru_cache
def _places_in(length: int, most: int) -> Numbers:
    """One number for each token of a message: how many are before it and behind it, as far as that matters."""
    places = np.arange(length)
    return np.minimum(places, most) * (most + 1) + np.minimum(length - 1 - places, most)

"""Sparse rows that repeat: what is worked out for one of them holds wherever it comes again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence, Sized
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from typing_extensions import override

from framework.nlu.features import Ints, SparseRows, runs_taken

FEW_TOKENS = 64
"""Of so few tokens, telling the different ones apart costs more than it saves."""


class Key(Hashable, Sized, Protocol):
    """What a row is known by: a word, or the columns of a row."""


K = TypeVar("K", bound=Key)
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Repeats(Generic[T]):
    """Things in a row, of which many are the same: the different ones, and the number of each thing's."""

    keys: Sequence[T]
    numbers: Ints  # [things]

    @classmethod
    def of(cls, things: Sequence[T]) -> Repeats[T]:
        """Numbers the different things in the order in which they come."""
        numbers = dict(zip(dict.fromkeys(things), count()))
        return cls(list(numbers), np.fromiter(map(numbers.__getitem__, things), np.int64, len(things)))


class KeyedRows(SparseRows):
    """Sparse rows that are sums of rows known by keys; their entries are there once they are asked for.

    Row ``i`` is the sum of the rows of the things ``offsets[i]:offsets[i + 1]`` of ``repeats``. ``find`` gives the
    columns of a key's row, each with a one.
    """

    __slots__ = ("_spelled_out", "find", "offsets", "repeats")
    repeats: Repeats[Any]
    offsets: Ints  # [rows + 1]
    find: Callable[[Any], Ints]

    def __init__(self, repeats: Repeats[Any], offsets: Ints, find: Callable[[Any], Ints], width: int) -> None:
        for name, value in (("repeats", repeats), ("offsets", offsets), ("find", find), ("width", width)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_spelled_out", None)

    @classmethod
    def of_each(cls, repeats: Repeats[K], find: Callable[[K], Ints], width: int) -> KeyedRows:
        """One row for each thing."""
        return cls(repeats, np.arange(len(repeats.numbers) + 1), find, width)

    @property
    def indptr(self) -> Ints:
        """Where the entries of each row begin."""
        return self._entries().indptr

    @property
    def indices(self) -> Ints:
        """The columns of the entries."""
        return self._entries().indices

    @property
    def data(self) -> Any:
        """The values of the entries."""
        return self._entries().data

    @property
    @override
    def shape(self) -> tuple[int, int]:
        return len(self.offsets) - 1, self.width

    @override
    def merge(self, offsets: Ints) -> KeyedRows:
        return KeyedRows(self.repeats, self.offsets[offsets], self.find, self.width)

    @override
    def rows(self, wanted: Ints) -> KeyedRows:
        places, offsets = runs_taken(self.offsets, wanted)
        return KeyedRows(Repeats(self.repeats.keys, self.repeats.numbers[places]), offsets, self.find, self.width)

    @override
    def between(self, first: int, last: int) -> KeyedRows:
        offsets = self.offsets[first : last + 1]
        numbers = self.repeats.numbers[offsets[0] : offsets[-1]]
        return KeyedRows(Repeats(self.repeats.keys, numbers), offsets - offsets[0], self.find, self.width)

    def has_keys_of(self, other: KeyedRows) -> bool:
        """Whether the rows of both have the same keys at the same places."""
        return (self.repeats is other.repeats and self.offsets is other.offsets) or (
            self.repeats.keys is other.repeats.keys
            and np.array_equal(self.repeats.numbers, other.repeats.numbers)
            and np.array_equal(self.offsets, other.offsets)
        )

    def rows_of(self, keys: Iterable[K]) -> SparseRows:
        """The rows of the given keys."""
        return SparseRows.of_ones([self.find(key) for key in keys], self.width)

    def _entries(self) -> SparseRows:
        spelled_out: SparseRows | None = self._spelled_out  # type: ignore[attr-defined]
        if spelled_out is None:
            keys = self.repeats.keys
            spelled_out = self.rows_of(keys[number] for number in self.repeats.numbers.tolist()).merge(self.offsets)
            object.__setattr__(self, "_spelled_out", spelled_out)
        return spelled_out

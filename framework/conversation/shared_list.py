"""A list of which copies cost next to nothing, because they share all but its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar, overload

from typing_extensions import override

T = TypeVar("T")

_BLOCK = 128


class SharedList(Sequence[T]):
    """Items in blocks of fixed size that never change, and a last one that does.

    Made for the events of a conversation, which are appended, sometimes taken back from the end, and copied several
    times a turn: a copy shares all blocks but the last.
    """

    __slots__ = ("_blocks", "_last")

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._blocks: list[tuple[T, ...]] = []
        self._last: list[T] = []
        """Empty only if the whole list is."""
        for item in items:
            self.append(item)

    def append(self, item: T) -> None:
        """Adds an item at the end."""
        if len(self._last) == _BLOCK:
            self._blocks.append(tuple(self._last))
            self._last = []
        self._last.append(item)

    def pop(self) -> T:
        """Takes off the last item.

        Raises:
            IndexError: there is none.
        """
        item = self._last.pop()
        if not self._last and self._blocks:
            self._last = list(self._blocks.pop())
        return item

    def truncate(self, length: int) -> None:
        """Drops what is beyond a length."""
        kept = length - len(self._blocks) * _BLOCK
        while kept <= 0 and self._blocks:
            self._last = list(self._blocks.pop())
            kept += _BLOCK
        del self._last[max(kept, 0) :]

    def copy(self) -> SharedList[T]:
        """An independent copy."""
        other: SharedList[T] = SharedList.__new__(SharedList)
        other._blocks = self._blocks.copy()
        other._last = self._last.copy()
        return other

    @property
    def last(self) -> T | None:
        """The last item, None of an empty list."""
        return self._last[-1] if self._last else None

    @override
    def __len__(self) -> int:
        return len(self._blocks) * _BLOCK + len(self._last)

    @override
    def __iter__(self) -> Iterator[T]:
        return chain(chain.from_iterable(self._blocks), self._last)

    @override
    def __reversed__(self) -> Iterator[T]:
        yield from reversed(self._last)
        for block in reversed(self._blocks):
            yield from reversed(block)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    @override
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return [self[place] for place in range(start, stop, step)]
            return list(islice(self._iterate_from(start), max(0, stop - start)))
        place = index if index >= 0 else len(self) + index
        block, offset = divmod(place, _BLOCK)
        if place < 0 or block > len(self._blocks):
            raise IndexError(index)
        return self._last[offset] if block == len(self._blocks) else self._blocks[block][offset]

    def _iterate_from(self, place: int) -> Iterator[T]:
        block, offset = divmod(place, _BLOCK)
        parts = chain(islice(self._blocks, block, None), (self._last,)) if block < len(self._blocks) else (self._last,)
        return islice(chain.from_iterable(parts), offset, None)

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(left == right for left, right in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    @override
    def __repr__(self) -> str:
        return f"SharedList({list(self)!r})"

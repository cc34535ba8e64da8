"""Texts cut into pieces of words by the model's tokenizer, in windows that the model can take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Windows:
    """``W`` windows of at most ``L`` pieces, those of one text next to each other.

    ``own`` marks the pieces of the text that a window answers for: where windows overlap, each piece belongs to the
    one that sees more around it. ``special`` marks the pieces that stand in no text, such as ``[CLS]``.
    """

    texts: Ints  # [W] the number of each window's text
    ids: Ints  # [W, L]
    mask: Ints  # [W, L] 1 where there is a piece
    own: Flags  # [W, L]
    special: Flags  # [W, L]
    starts: Ints  # [P] where each piece of ``own`` begins in its text, in characters
    ends: Ints  # [P]

    def owners(self) -> Ints:
        """The text of each piece of ``own``, ``[P]``."""
        return np.repeat(self.texts, self.own.sum(axis=1))


class WindowCutter:
    """Cuts texts into windows of at most ``limit`` pieces, special ones included. Neighbours share a quarter."""

    def __init__(self, tokenizer: Tokenizer, limit: int) -> None:
        room = limit - tokenizer.num_special_tokens_to_add(is_pair=False)
        self.overlap = room // 4
        tokenizer.no_padding()
        tokenizer.enable_truncation(limit, stride=self.overlap)
        self._tokenizer = tokenizer

    def cut(self, texts: Sequence[str]) -> Windows:
        """The windows of all texts; each text has at least one."""
        encodings = self._tokenizer.encode_batch([_readable(text) for text in texts])
        windows = [(number, [encoding, *encoding.overflowing]) for number, encoding in enumerate(encodings)]
        return _stack([part for number, parts in windows for part in self._parts(number, parts)])

    def _parts(self, number: int, encodings: list[Encoding]) -> list[_Part]:
        parts = [_Part.of(number, encoding) for encoding in encodings]
        for before, after in pairwise(parts):
            late = self.overlap // 2
            before.disown(slice(len(before.places) - late, None))
            after.disown(slice(None, self.overlap - late))
        return parts


@dataclass(slots=True)
class _Part:
    """One window. ``places`` are those of the pieces that stand in the text."""

    text: int
    ids: Ints
    offsets: Ints  # [L, 2]
    places: Ints
    own: Flags

    @classmethod
    def of(cls, text: int, encoding: Encoding) -> _Part:
        real = np.asarray(encoding.special_tokens_mask, dtype=np.int64) == 0
        offsets = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        return cls(text, np.asarray(encoding.ids, dtype=np.int64), offsets, np.flatnonzero(real), real.copy())

    def disown(self, pieces: slice) -> None:
        self.own[self.places[pieces]] = False


def _stack(parts: list[_Part]) -> Windows:
    longest = max((len(part.ids) for part in parts), default=0)
    shape = len(parts), max(1, longest)
    ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    own, special = np.zeros(shape, bool), np.zeros(shape, bool)
    for row, part in enumerate(parts):
        size = len(part.ids)
        ids[row, :size], mask[row, :size] = part.ids, 1
        own[row, :size], special[row, :size] = part.own, True
        special[row, part.places] = False
    offsets = np.concatenate([part.offsets[part.own] for part in parts]) if parts else np.zeros((0, 2), np.int64)
    texts = np.array([part.text for part in parts], dtype=np.int64)
    return Windows(texts, ids, mask, own, special, offsets[:, 0], offsets[:, 1])


def _readable(text: str) -> str:
    """The text with halves of surrogate pairs replaced, character for character: they are no Unicode."""
    return text.encode("utf-8", "replace").decode("utf-8")

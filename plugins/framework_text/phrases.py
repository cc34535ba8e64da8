"""Finds any of many phrases in a text, in time that does not depend on how many there are."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from typing_extensions import override

PIECE = re.compile(r"\w+|[^\w\s]")


class Phrases(ABC):
    """Phrases by how they begin, and by their length.

    At one place the phrase given first wins, as in a regular expression that lists them.
    """

    def __init__(self, phrases: Iterable[str], *, case_sensitive: bool) -> None:
        self._case_sensitive = case_sensitive
        self._numbers: dict[str, int] = {}
        self._lengths: dict[str, set[int]] = {}
        for number, phrase in enumerate(phrases):
            folded = self._fold(phrase.strip())
            _, heads = next(self._heads(folded), (0, ()))
            if heads:
                self._numbers.setdefault(folded, number)
                self._lengths.setdefault(heads[-1], set()).add(len(folded))

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each phrase in the text, from left to right, without overlaps."""
        covered = 0
        for start, end, _ in self.find_all(text):
            if start >= covered:
                yield start, end
                covered = end

    def find_all(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Start, end and number of every phrase in the text, from left to right, overlaps included."""
        folded = self._fold(text)
        for start, heads in self._heads(folded):
            ends = {start + length for head in heads for length in self._lengths.get(head, ())}
            numbers = [(self._numbers.get(folded[start:end]), end) for end in ends if end <= len(folded)]
            for number, end in sorted((number, end) for number, end in numbers if number is not None):
                if self._fits(folded, start, end):
                    yield start, end, number

    @abstractmethod
    def _heads(self, text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Every place where a phrase may begin, and the beginnings of phrases there, the longest last."""

    @abstractmethod
    def _fits(self, text: str, start: int, end: int) -> bool:
        """Whether a phrase may stand at this place."""

    def _fold(self, text: str) -> str:
        if self._case_sensitive:
            return text
        lower = text.lower()
        # A few letters become longer in lower case; offsets must stay those of the text.
        return lower if len(lower) == len(text) else "".join(_lower_one(char) for char in text)


class WholePhrases(Phrases):
    """A phrase is found where no letter, digit or ``_`` touches its ends."""

    @override
    def _heads(self, text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        return ((piece.start(), (piece[0],)) for piece in PIECE.finditer(text))

    @override
    def _fits(self, text: str, start: int, end: int) -> bool:
        return _is_bounded(text, start, end)


class PhrasesAnywhere(Phrases):
    """A phrase is found inside words too, for languages that put no spaces between words."""

    @override
    def _heads(self, text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        return ((start, (text[start], text[start : start + 2], text[start : start + 3])) for start in range(len(text)))

    @override
    def _fits(self, text: str, start: int, end: int) -> bool:
        return True


def _lower_one(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else char


def _is_bounded(text: str, start: int, end: int) -> bool:
    return not (start > 0 and _is_word(text[start - 1]) and _is_word(text[start])) and not (
        end < len(text) and _is_word(text[end - 1]) and _is_word(text[end])
    )


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()

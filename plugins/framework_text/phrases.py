"""``PhraseIndex``: finds any of many phrases in a text, as whole words, in time linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

PIECE = re.compile(r"\w+|[^\w\s]")


class PhraseIndex:
    """Phrases by their first word and length. A phrase is found where no letter, digit or ``_`` touches its ends.

    At one place the phrase given first wins, as in a regular expression that lists them.
    """

    def __init__(self, phrases: Iterable[str], *, case_sensitive: bool) -> None:
        self._case_sensitive = case_sensitive
        self._numbers: dict[str, int] = {}
        self._lengths: dict[str, set[int]] = {}
        for number, phrase in enumerate(phrases):
            folded = self._fold(phrase.strip())
            first = PIECE.match(folded)
            if first is not None:
                self._numbers.setdefault(folded, number)
                self._lengths.setdefault(first[0], set()).add(len(folded))

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
        for piece in PIECE.finditer(folded):
            start = piece.start()
            ends = [start + length for length in self._lengths.get(piece[0], ())]
            numbers = [(self._numbers.get(folded[start:end]), end) for end in ends if end <= len(folded)]
            for number, end in sorted((number, end) for number, end in numbers if number is not None):
                if _is_bounded(folded, start, end):
                    yield start, end, number

    def _fold(self, text: str) -> str:
        if self._case_sensitive:
            return text
        lower = text.lower()
        # A few letters become longer in lower case; offsets must stay those of the text.
        return lower if len(lower) == len(text) else "".join(_lower_one(char) for char in text)


def _lower_one(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else char


def _is_bounded(text: str, start: int, end: int) -> bool:
    return not (start > 0 and _is_word(text[start - 1]) and _is_word(text[start])) and not (
        end < len(text) and _is_word(text[end - 1]) and _is_word(text[end])
    )


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()

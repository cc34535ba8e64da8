"""N-grams of words and of characters, of single tokens and of whole messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from typing_extensions import override


class NgramAnalyzer(Protocol):
    """Takes normalised tokens apart into n-grams."""

    is_additive: bool
    """Whether the n-grams of a message are just those of its tokens together."""

    def of_token(self, token: str) -> list[str]:
        """The n-grams of one token."""

    def of_message(self, tokens: Sequence[str]) -> list[str]:
        """The n-grams of all tokens of a message joined by spaces."""


class WordNgrams(NgramAnalyzer):
    """Sequences of ``least`` to ``most`` words. A word is a match of ``token_pattern``, mapped by ``canonical``."""

    def __init__(
        self,
        least: int,
        most: int,
        *,
        token_pattern: str,
        stop_words: Collection[str] = (),
        canonical: Callable[[str], str] = str,
    ) -> None:
        self.least, self.most = least, most
        self.is_additive = most == 1
        self._find_words = re.compile(token_pattern).findall
        self._stop_words = frozenset(stop_words)
        self._canonical = canonical

    @override
    def of_token(self, token: str) -> list[str]:
        return self._join(self.words(token))

    @override
    def of_message(self, tokens: Sequence[str]) -> list[str]:
        return self._join([word for token in tokens for word in self.words(token)])

    def words(self, token: str) -> list[str]:
        """The words in a token, without stop words."""
        return [self._canonical(word) for word in self._find_words(token) if word not in self._stop_words]

    def _join(self, words: list[str]) -> list[str]:
        if self.is_additive:
            return words
        lengths = range(self.least, min(self.most, len(words)) + 1)
        return [" ".join(words[at : at + n]) for n in lengths for at in range(len(words) - n + 1)]


class BoundedCharNgrams(NgramAnalyzer):
    """Sequences of characters inside words, each word with a space before and after it (``char_wb``)."""

    is_additive = True

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    @override
    def of_token(self, token: str) -> list[str]:
        grams: list[str] = []
        for word in token.split():
            padded = f" {word} "
            # A word shorter than an n-gram counts once, whole.
            longest = max(self.least, min(self.most, len(padded)))
            for n in range(self.least, longest + 1):
                grams.extend(_slices(padded, n) or [padded])
        return grams

    @override
    def of_message(self, tokens: Sequence[str]) -> list[str]:
        return [gram for token in tokens for gram in self.of_token(token)]


class CharNgrams(NgramAnalyzer):
    """Sequences of characters, across words too."""

    is_additive = False

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    @override
    def of_token(self, token: str) -> list[str]:
        text = " ".join(token.split())
        return [gram for n in range(self.least, self.most + 1) for gram in _slices(text, n)]

    @override
    def of_message(self, tokens: Sequence[str]) -> list[str]:
        return self.of_token(" ".join(tokens))


def _slices(text: str, n: int) -> list[str]:
    return [text[at : at + n] for at in range(len(text) - n + 1)]

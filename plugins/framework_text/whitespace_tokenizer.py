"""``WhitespaceTokenizer``: words are what stands between spaces, less the punctuation around and inside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import ClassVar, NamedTuple

import numpy as np
from typing_extensions import override

from framework.api import BatchTokenizer, MessageBatch, TokenizerConfig, Tokens, TokenSpan
from framework_text.token_memory import remember_tokens

DIGITS = frozenset("0123456789")
ALSO_IN_WORDS = "#@&"
ALSO_IN_ADDRESSES = r"._~:/?#\[\]()@!$&*+,;=-"

EMOJI_ONLY = re.compile(
    "[\u200c\u200d\u20e3\u2190-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
"""Pictures, arrows and symbols, with the joiners, selectors and tags that hold a composed emoji together."""


class Splitter(NamedTuple):
    """How to take a chunk without spaces apart. Both patterns take time linear in the chunk's length."""

    shape: re.Pattern[str]
    """Group 1 is the punctuation before the first word character; group 2 ends with the last word character."""
    seam: re.Pattern[str]
    """Punctuation that separates words: not part of an address, and no digit on either side (``10'000``)."""


class WhitespaceTokenizer(BatchTokenizer[TokenizerConfig]):
    """Splits at spaces and drops punctuation that is not inside a word, a number or an address.

    Tokens of emoji alone are dropped. Where nothing is left, the whole text is one token.
    """

    Config = TokenizerConfig
    unsupported_languages: ClassVar[frozenset[str]] = frozenset({"zh", "ja", "th"})

    @override
    def process(self, batch: MessageBatch) -> None:
        words: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        offsets = [0]
        for text in batch.texts:
            at = 0
            for chunk in text.split():
                at = text.find(chunk, at)
                if chunk.isalnum():
                    words.append(chunk)
                    starts.append(at)
                    at += len(chunk)
                    ends.append(at)
                else:
                    for word, start, end in _words_of(chunk):
                        words.append(word)
                        starts.append(at + start)
                        ends.append(at + end)
                    at += len(chunk)
            if len(words) == offsets[-1]:
                words.append(text)
                starts.append(0)
                ends.append(len(text))
            offsets.append(len(words))
        batch.tokens = self.refine(Tokens(words, starts, ends, np.array(offsets, np.int64)))


@remember_tokens
def _words_of(chunk: str) -> list[TokenSpan]:
    return [(chunk[start:end], start, end) for start, end in _words(chunk)]


def _words(chunk: str) -> Iterator[tuple[int, int]]:
    splitter = _splitter("") if chunk.isascii() else _splitter(_marks())
    shape = splitter.shape.match(chunk)
    if shape is None or shape[2] is None:
        return
    begin, last = shape.end(1), shape.end(2)
    if begin and chunk[begin] in DIGITS:
        begin -= 1  # the sign before a number belongs to it: $5, -3
    for seam in splitter.seam.finditer(chunk, begin, last):
        if not EMOJI_ONLY.fullmatch(chunk, begin, seam.start()):
            yield begin, seam.start()
        begin = seam.end()
    if not EMOJI_ONLY.fullmatch(chunk, begin, last):
        yield begin, last


@cache
def _splitter(marks: str) -> Splitter:
    word = rf"\w{marks}{ALSO_IN_WORDS}"
    address = rf"\w{marks}{ALSO_IN_ADDRESSES}"
    return Splitter(
        shape=re.compile(rf"([^{word}]*+)(.*[{word}])?", re.DOTALL),
        seam=re.compile(rf"(?<=[^0-9])[^{address}]+(?=[^0-9])"),
    )


@cache
def _marks() -> str:
    r"""Combining marks and joiners: Python's ``\w`` lacks them, so words of many scripts would fall apart."""
    marks = (char for char in map(chr, range(0x300, 0x20000)) if unicodedata.category(char).startswith("M"))
    return "".join(marks) + "\u200c\u200d"

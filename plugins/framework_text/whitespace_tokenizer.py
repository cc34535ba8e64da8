"""``WhitespaceTokenizer``: words are what stands between spaces, less the punctuation around and inside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import ClassVar, NamedTuple

from typing_extensions import override

from framework.api import Tokenizer, TokenizerConfig, TokenSpan

CHUNK = re.compile(r"\S+")
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


class WhitespaceTokenizer(Tokenizer[TokenizerConfig]):
    """Splits at spaces and drops punctuation that is not inside a word, a number or an address.

    Tokens of emoji alone are dropped. Where nothing is left, the whole text is one token.
    """

    Config = TokenizerConfig
    unsupported_languages: ClassVar[frozenset[str]] = frozenset({"zh", "ja", "th"})

    @override
    def tokenize(self, text: str) -> list[TokenSpan]:
        spans: list[TokenSpan] = []
        for match in CHUNK.finditer(text):
            chunk, start = match[0], match.start()
            if chunk.isalnum():
                spans.append((chunk, start, match.end()))
            else:
                spans.extend((chunk[begin:end], start + begin, start + end) for begin, end in _words(chunk))
        return spans or [(text, 0, len(text))]


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

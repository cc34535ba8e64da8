"""Jieba's word lists: its own, and those that a bot brings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import jieba
import msgspec

from framework.api import BotError, Location, Problem

_LINE = re.compile(r"(?P<word>.+?)(?:\s+(?P<frequency>[0-9]+))?(?:\s+(?P<tag>[a-z]+))?")


class Word(msgspec.Struct, frozen=True, array_like=True):
    """A word of a bot's dictionary; without a frequency it gets one that keeps it in one piece."""

    text: str
    frequency: int | None = None


def dictionary_files(path: Path) -> list[Path]:
    """The dictionary, or all that are in a folder, by name; empty where there is nothing."""
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    return [path] if path.is_file() else []


def read_words(files: Iterable[Path]) -> list[Word]:
    """The words of dictionaries in Jieba's form: a word a line, after it perhaps its frequency and part of speech.

    Raises:
        BotError: a file is not text in UTF-8.
    """
    return [word for file in files for word in _words_of(file)]


def make_segmenter(words: Iterable[Word]) -> jieba.Tokenizer:
    """Jieba with its own dictionary and the words of a bot."""
    frequencies, total = _own_dictionary()
    segmenter = jieba.Tokenizer()
    # Filled here: Jieba would keep a copy among everybody's temporary files, and trust what it finds there.
    segmenter.FREQ, segmenter.total, segmenter.initialized = frequencies.copy(), total, True
    for word in words:
        segmenter.add_word(word.text, word.frequency)
    return segmenter


@cache
def _own_dictionary() -> tuple[dict[str, int], int]:
    segmenter = jieba.Tokenizer()
    with segmenter.get_dict_file() as file:
        frequencies, total = segmenter.gen_pfdict(file)
    return frequencies, total


def _words_of(file: Path) -> Iterator[Word]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        problem = Problem(
            code="invalid-dictionary",
            what=f"the dictionary is not text in UTF-8: {error.reason}",
            where=Location(str(file), 1),
            fix="save it as UTF-8, a word a line",
        )
        raise BotError(problem) from error
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        if match is not None:
            yield Word(match["word"], int(match["frequency"]) if match["frequency"] else None)

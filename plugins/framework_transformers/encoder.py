"""A pretrained language model at work: tokenizers, numpy and ONNX Runtime, no torch, no transformers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from framework.api import EnvironmentProblem, Problem
from framework.ml.rows import sum_by_row
from framework.ml.runtime import OnnxRunner, Runner
from framework_transformers.config import Pooling
from framework_transformers.spans import Spans
from framework_transformers.windows import WindowCutter, Windows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

IDS, MASK, HIDDEN, LAYERS = "ids", "mask", "hidden", "layers"
"""What the graph takes and gives. It has ``layers`` only where tokens have other vectors than the last layer's."""

GRAPH_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"
DESCRIPTION_FILE = "encoder.json"


@dataclass(frozen=True, slots=True)
class Description:
    """What is to be known of an exported model besides its graph.

    ``identity`` tells it from all others; ``limit`` is the most pieces that it takes at once; ``cls`` the number of the
    piece that stands for the whole text, if it has one; ``width`` the length of the vectors of texts, ``token_width``
    that of the vectors of tokens.
    """

    identity: str
    limit: int
    cls: int | None
    width: int
    token_width: int

    def write(self, folder: Path) -> None:
        """Writes it to a file."""
        (folder / DESCRIPTION_FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Description:
        """Reads what :meth:`write` wrote."""
        return cls(**json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Vectors:
    """What the model says of some texts: ``sequence [tokens, token_width]`` and ``sentence [texts, width]``."""

    sequence: Floats
    sentence: Floats

    @classmethod
    def zeros(cls, tokens: tuple[int, int], texts: tuple[int, int]) -> Vectors:
        """Room for the vectors of so many tokens of such a length, and of texts likewise."""
        return cls(np.zeros(tokens, np.float32), np.zeros(texts, np.float32))


class Encoder:
    """Gives texts the vectors that a model has of their pieces, averaged over those of each token and of each text."""

    def __init__(
        self, runner: Runner, cutter: WindowCutter, description: Description, pooling: Pooling, batch_size: int
    ) -> None:
        self._runner = runner
        self._cutter = cutter
        self._description = description
        self._pooling = pooling
        self._batch_size = batch_size

    @classmethod
    def open(
        cls, folder: Path, pooling: Pooling, *, max_length: int | None, batch_size: int, threads: int = 1
    ) -> Encoder:
        """Opens an exported model. Nothing of the folder is needed afterwards."""
        description = Description.read(folder)
        limit = min(description.limit, max_length or description.limit)
        cutter = WindowCutter(_open_tokenizer(folder / TOKENIZER_FILE), limit)
        return cls(OnnxRunner(folder / GRAPH_FILE, threads), cutter, description, pooling, batch_size)

    @property
    def width(self) -> int:
        """Length of the vectors of texts."""
        return self._description.width

    @property
    def token_width(self) -> int:
        """Length of the vectors of tokens."""
        return self._description.token_width

    def encode(self, texts: Sequence[str], spans: Spans) -> Vectors:
        """Vectors of all texts and their tokens; a token of which the model sees nothing gets zeros."""
        vectors = Vectors.zeros((len(spans), self.token_width), (len(texts), self.width))
        order = np.argsort([len(text) for text in texts], kind="stable")
        for start in range(0, len(texts), self._batch_size):
            group = order[start : start + self._batch_size]
            windows = self._cutter.cut([texts[number] for number in group])
            pieces, vectors.sentence[group] = self._run(windows, len(group))
            vectors.sequence[spans.places(group)] = _token_means(pieces, windows, spans.take(group))
        return vectors

    def _run(self, windows: Windows, texts: int) -> tuple[Floats, Floats]:
        """The vectors of the pieces, ``[P, token_width]``, and of the texts, ``[texts, width]``."""
        of_text = self._pieces_of_text(windows)
        pieces, sums = [], np.zeros((texts, self.width), np.float32)
        for start in range(0, len(windows.ids), self._batch_size):
            part = slice(start, start + self._batch_size)
            longest = max(1, int(windows.mask[part].sum(axis=1).max()))
            cut = part, slice(longest)
            computed = self._runner.run({IDS: windows.ids[cut], MASK: windows.mask[cut]})
            hidden = computed[HIDDEN]
            pieces.append(computed.get(LAYERS, hidden)[windows.own[cut]])
            np.add.at(sums, windows.texts[part], (hidden * of_text[cut][..., None]).sum(axis=1))
        counts = np.bincount(windows.texts, weights=of_text.sum(axis=1), minlength=texts)
        return np.concatenate(pieces), (sums / np.maximum(counts, 1)[:, None]).astype(np.float32)

    def _pieces_of_text(self, windows: Windows) -> Flags:
        """Marks the pieces whose mean is the vector of a text, ``[W, L]``."""
        if self._pooling == "cls":
            chosen: Flags = windows.special & (windows.ids == self._description.cls)
            return chosen
        return windows.own | windows.special


def _token_means(pieces: Floats, windows: Windows, tokens: Spans) -> Floats:
    """Means of the pieces that overlap each token.

    The characters of all texts are counted through, so that one search finds the pieces of all tokens.
    """
    apart = 1 + max(int(windows.ends.max(initial=0)), int(tokens.ends.max(initial=0)))
    of_pieces, of_tokens = windows.owners() * apart, tokens.owners() * apart
    first = np.searchsorted(windows.ends + of_pieces, tokens.starts + of_tokens, side="right")
    last = np.searchsorted(windows.starts + of_pieces, tokens.ends + of_tokens, side="left")
    counts = np.maximum(last - first, 0)
    indptr = np.concatenate(([0], np.cumsum(counts)))
    places = np.repeat(first - indptr[:-1], counts) + np.arange(indptr[-1])
    means: Floats = sum_by_row(pieces[places], indptr) / np.maximum(counts, 1)[:, None].astype(np.float32)
    return means


def _open_tokenizer(path: Path) -> Tokenizer:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise EnvironmentProblem(
            Problem(
                code="missing-extra",
                what="LanguageModelFeaturizer needs 'tokenizers', which is not installed",
                fix="pip install tokenizers",
            )
        ) from error
    tokenizer: Tokenizer = Tokenizer.from_file(str(path))
    return tokenizer

"""What the out-of-scope detector reads of a message: scaled sentence features, and which of its words are known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from framework.api import FeatureBlock, MessageBatch, SparseRows
from framework.ml.features import SparseScale
from framework.ml.rows import beside

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Rows:
    """The scaled features of some messages. A row of ``dense`` has length 1, one of ``sparse`` for each featurizer."""

    sparse: SparseRows | None
    dense: Floats | None  # (messages, D)

    def matrix(self) -> Any:
        """Both side by side, for scikit-learn."""
        if self.sparse is None:
            return self.dense
        if self.dense is None:
            return self.sparse.to_scipy()
        import scipy.sparse

        return scipy.sparse.hstack([self.sparse.to_scipy(), scipy.sparse.csr_matrix(self.dense)], format="csr")


@dataclass(frozen=True, slots=True)
class SentenceReader:
    """Scales the sentence features of the blocks that have them: sparse ones as TF-IDF, dense ones to length 1."""

    scales: tuple[SparseScale | None, ...]
    """One for each block with sentence features, None for a dense one."""

    @classmethod
    def fit(cls, blocks: Sequence[FeatureBlock]) -> Self:
        """Learns how rare each sparse feature is. Those that never occur will not count."""
        return cls(tuple(_fit_scale(rows) if isinstance(rows, SparseRows) else None for rows in _sentences(blocks)))

    def read(self, blocks: Sequence[FeatureBlock]) -> Rows:
        """The features of the messages that the blocks belong to."""
        sparse, dense = [], []
        for scale, rows in zip(self.scales, _sentences(blocks), strict=True):
            if scale is not None and isinstance(rows, SparseRows):
                sparse.append(scale.apply(rows.sum_duplicates()))
            elif not isinstance(rows, SparseRows):
                dense.append(rows)
        return Rows(beside(sparse) if sparse else None, _to_unit(np.concatenate(dense, axis=1)) if dense else None)


@dataclass(frozen=True, slots=True)
class WordCoverage:
    """Knows the words of the training messages and in how many of them each occurs."""

    messages: int
    frequencies: dict[str, int]

    @classmethod
    def fit(cls, words_of: Sequence[Sequence[str]]) -> Self:
        """Counts the words of each message once."""
        return cls(len(words_of), dict(Counter(word for words in words_of for word in set(words))))

    def unknown_share(self, words: Sequence[str]) -> float:
        """The share of a message's words that is new, rare words counting more (inverse document frequency)."""
        found = np.array([self.frequencies.get(word, 0) for word in words])
        weights = np.log((1 + self.messages) / (1 + found)) + 1
        return float(weights[found == 0].sum() / weights.sum()) if len(words) else 0.0


def words_of_messages(batch: MessageBatch) -> list[list[str]]:
    """The tokens of each message in lower case, all numbers alike; none where there was no tokenizer."""
    if batch.tokens is None:
        return [[] for _ in batch.texts]
    words = [_DIGITS.sub("0", token.lower()) for token in batch.tokens.texts]
    return [words[first:last] for first, last in pairwise(batch.tokens.offsets.tolist())]


def _sentences(blocks: Sequence[FeatureBlock]) -> list[SparseRows | Floats]:
    return [block.sentence for block in blocks if block.sentence is not None]


def _fit_scale(rows: SparseRows) -> SparseScale:
    rows = rows.sum_duplicates()
    scale = SparseScale.fit(rows)
    occurs = np.bincount(rows.indices, minlength=rows.width) > 0
    return SparseScale(scale.weights * occurs, scale.floor)


def _to_unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return unit.astype(np.float32, copy=False)

"""The features of a trained pipeline as points of a space, in which messages are near to each other or far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from framework.nlu.batch import MessageBatch
from framework.nlu.features import Floats, SparseRows


@dataclass(frozen=True, slots=True)
class FeatureSpace:
    """Sentence features side by side, each featurizer's with the same weight, together of unit length.

    Sparse counts are damped by a logarithm and weighed by inverse document frequency, as for text search. Needs scipy.
    """

    column_weights: tuple[Floats, ...]

    @classmethod
    def fit(cls, batch: MessageBatch) -> Self:
        """Learns how rare each feature is."""
        return cls(tuple(map(_rarity, _sentences(batch))))

    def rows(self, batch: MessageBatch) -> Any:
        """A matrix of scipy with a row per message, ``(messages, features)``; zeros where it has no features."""
        import scipy.sparse

        blocks = [
            _unit(_weighed(block, weights))
            for block, weights in zip(_sentences(batch), self.column_weights, strict=True)
        ]
        if not blocks:
            return scipy.sparse.csr_matrix((len(batch), 1), dtype=np.float32)
        return _unit(scipy.sparse.hstack(blocks, format="csr"))


def _sentences(batch: MessageBatch) -> Sequence[Any]:
    """The sentence features of those featurizers that have them, as matrices of scipy or numpy."""
    rows = [block.sentence for block in batch.blocks if block.sentence is not None]
    return [block.sum_duplicates().to_scipy() if isinstance(block, SparseRows) else block for block in rows]


def _rarity(block: Any) -> Floats:
    """Smoothed inverse document frequency, ``log((1 + N) / (1 + df)) + 1``; 1 for dense features."""
    messages, width = block.shape
    if isinstance(block, np.ndarray):
        return np.ones(width, np.float32)
    frequencies = np.bincount(block.indices, minlength=width)
    weights: Floats = (np.log((1 + messages) / (1 + frequencies)) + 1).astype(np.float32)
    return weights


def _weighed(block: Any, weights: Floats) -> Any:
    import scipy.sparse

    rows = scipy.sparse.csr_matrix(block)
    if not isinstance(block, np.ndarray):
        rows.data = np.sign(rows.data) * np.log1p(np.abs(rows.data)) * weights[rows.indices]
    return rows


def _unit(rows: Any) -> Any:
    """The rows of a sparse matrix, in place, with unit length; rows of zeros stay so."""
    row_of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    lengths = np.sqrt(np.bincount(row_of, weights=rows.data**2, minlength=rows.shape[0]))
    rows.data = (rows.data / np.maximum(lengths, np.finfo(np.float32).tiny)[row_of]).astype(np.float32)
    return rows

"""A multinomial linear model over sentence features: trained by scikit-learn, served by numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from framework.api import FeatureBlock, SparseRows

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
SentenceRows = SparseRows | Floats
FitClassifier = Callable[[Any, Ints], tuple[npt.NDArray[Any], npt.NDArray[Any]]]
"""From a CSR matrix (N, D) and labels (N,) to coefficients (C, D) and intercepts (C,); C is 1 for two classes."""

WEIGHTS_FILE = "weights.safetensors"


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Scores of classes from the sentence features of several featurizers, side by side.

    Sparse counts are damped by a logarithm and weighed by inverse document frequency; then each featurizer's row is
    brought to unit length, so that one with many columns does not drown one with few.
    """

    column_weights: Floats  # (D,)
    coefficients: Floats  # (D, C)
    intercepts: Floats  # (C,)

    @classmethod
    def fit(cls, blocks: Sequence[FeatureBlock], labels: Ints, fit_classifier: FitClassifier) -> Self:
        """Fits a linear classifier to labels ``0..C-1`` of the messages; each of them must occur."""
        rows = sentence_rows(blocks)
        weights = [_column_weights(block) for block in rows]
        features = _stack([_scale(block, weight) for block, weight in zip(rows, weights, strict=True)])
        if labels.max() == 0:
            coefficients, intercepts = np.zeros((1, features.shape[1])), np.zeros(1)
        else:
            coefficients, intercepts = fit_classifier(features, labels)
            if len(coefficients) == 1:
                # Of two classes scikit-learn scores the second; the first has the score 0.
                coefficients = np.concatenate((np.zeros_like(coefficients), coefficients))
                intercepts = np.concatenate(([0.0], intercepts))
        return cls(
            np.concatenate(weights),
            np.ascontiguousarray(coefficients.T, dtype=np.float32),
            np.asarray(intercepts, dtype=np.float32),
        )

    def scores(self, blocks: Sequence[FeatureBlock]) -> Floats:
        """Scores before the softmax, ``(messages, C)``."""
        rows = sentence_rows(blocks)
        scores = np.tile(self.intercepts, (rows[0].shape[0], 1))
        first = 0
        for block in rows:
            last = first + block.shape[1]
            scaled = _scale(block, self.column_weights[first:last])
            _add_scores(scores, scaled, self.coefficients[first:last])
            first = last
        return scores

    def sharpened(self, factor: float) -> LinearModel:
        """The model with all scores multiplied, which changes how sure it is and not what it prefers."""
        return LinearModel(
            self.column_weights,
            (self.coefficients * factor).astype(np.float32),
            (self.intercepts * factor).astype(np.float32),
        )

    def save(self, directory: Path) -> None:
        """Writes the weights into a component's folder."""
        weights = {"columns": self.column_weights, "coefficients": self.coefficients, "intercepts": self.intercepts}
        save_file(weights, directory / WEIGHTS_FILE)

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Reads what :meth:`save` wrote."""
        weights = load_file(directory / WEIGHTS_FILE)
        return cls(weights["columns"], weights["coefficients"], weights["intercepts"])


def sentence_rows(blocks: Sequence[FeatureBlock]) -> list[SentenceRows]:
    """The sentence features of those blocks that have them; equal columns of a row summed."""
    rows = [block.sentence for block in blocks if block.sentence is not None]
    return [block.sum_duplicates() if isinstance(block, SparseRows) else block for block in rows]


def _column_weights(block: SentenceRows) -> Floats:
    """Smoothed inverse document frequency, ``log((1 + N) / (1 + df)) + 1``; 1 for dense columns."""
    messages, width = block.shape
    if not isinstance(block, SparseRows):
        return np.ones(width, np.float32)
    frequencies = np.bincount(block.indices, minlength=width)
    weights: Floats = (np.log((1 + messages) / (1 + frequencies)) + 1).astype(np.float32)
    return weights


def _scale(block: SentenceRows, weights: Floats) -> SentenceRows:
    if not isinstance(block, SparseRows):
        lengths = np.linalg.norm(block, axis=1, keepdims=True)
        scaled: Floats = block / np.maximum(lengths, np.finfo(np.float32).tiny)
        return scaled
    row_of = block.row_of_entries()
    data = np.sign(block.data) * np.log1p(np.abs(block.data)) * weights[block.indices]
    lengths = np.sqrt(np.bincount(row_of, weights=data * data, minlength=block.shape[0]))
    return SparseRows(block.indptr, block.indices, (data / lengths[row_of]).astype(np.float32), block.width)


def _stack(blocks: Sequence[SentenceRows]) -> Any:
    import scipy.sparse

    dense = [block for block in blocks if not isinstance(block, SparseRows)]
    if len(dense) == len(blocks):
        return np.concatenate(dense, axis=1, dtype=np.float64)
    matrices = [
        block.to_scipy() if isinstance(block, SparseRows) else scipy.sparse.csr_matrix(block) for block in blocks
    ]
    return scipy.sparse.hstack(matrices, format="csr", dtype=np.float64)


def _add_scores(scores: Floats, block: SentenceRows, coefficients: Floats) -> None:
    # Row by row, so that a message's scores do not depend on the batch it comes in, nor memory on the batch's size.
    if isinstance(block, SparseRows):
        for row, (first, last) in enumerate(zip(block.indptr[:-1], block.indptr[1:], strict=True)):
            scores[row] += block.data[first:last] @ coefficients[block.indices[first:last]]
    else:
        for row, features in enumerate(block):
            scores[row] += features @ coefficients

"""``Neighbours``: how similar a message is to the training examples of the intent it may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np

from framework.api import SparseRows
from framework.ml.weights import Arrays
from framework_text.scope_features import Floats, Ints, Rows


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Examples in the order of their intents; those of intent ``i`` are ``offsets[i]:offsets[i + 1]``."""

    offsets: Ints  # (intents + 1,)
    sparse: SparseRows | None
    dense: Floats | None  # (examples, D)
    means: Floats | None  # (intents, D) of the dense rows, of length 1

    @classmethod
    def of(cls, rows: Rows, labels: Ints, intents: int) -> Self:
        """Of examples whose labels ascend, without those that have no sparse features where others have some."""
        if rows.sparse is not None:
            known = np.flatnonzero(np.diff(rows.sparse.indptr))
            labels = labels[known]
            rows = Rows(rows.sparse.rows(known), rows.dense[known] if rows.dense is not None else None)
        offsets = np.searchsorted(labels, np.arange(intents + 1)).astype(np.int64)
        means = None
        if rows.dense is not None:
            sums = np.stack([rows.dense[first:last].sum(axis=0) for first, last in pairwise(offsets.tolist())])
            means = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return cls(offsets, rows.sparse, rows.dense, means)

    @property
    def kinds(self) -> int:
        """The number of kinds of features, sparse and dense."""
        return (self.sparse is not None) + (self.dense is not None)

    @property
    def has_means(self) -> bool:
        """Whether the intents' means are compared too: those of dense features."""
        return self.means is not None

    def similarities(self, rows: Rows, intents: Ints) -> list[Floats]:
        """For each kind, the cosine with the nearest example of the message's intent; then that with the intent's mean.

        ``intents (messages,)`` are those that the messages fit best.
        """
        bounds = np.stack((self.offsets[intents], self.offsets[intents + 1]), axis=1).tolist()
        columns = []
        if self.sparse is not None and rows.sparse is not None:
            columns.append(_nearest_sparse(self.sparse, rows.sparse, bounds))
        if self.dense is not None and rows.dense is not None and self.means is not None:
            columns.append(_nearest_dense(self.dense, rows.dense, bounds))
            columns.append((rows.dense * self.means[intents]).sum(axis=1))
        return columns

    def arrays(self) -> Arrays:
        """The examples; see :meth:`from_arrays`."""
        arrays: Arrays = {"offsets": self.offsets}
        if self.sparse is not None:
            arrays["indptr"], arrays["data"] = self.sparse.indptr, self.sparse.data
            arrays["indices"], arrays["width"] = self.sparse.indices.astype(np.int32), np.array([self.sparse.width])
        if self.dense is not None and self.means is not None:
            arrays["dense"], arrays["means"] = self.dense, self.means
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Self:
        """Restores what :meth:`arrays` gave."""
        sparse = None
        if "indptr" in arrays:
            indices = arrays["indices"].astype(np.int64)
            sparse = SparseRows(arrays["indptr"], indices, arrays["data"], int(arrays["width"][0]))
        return cls(arrays["offsets"], sparse, arrays.get("dense"), arrays.get("means"))


def _nearest_sparse(examples: SparseRows, rows: SparseRows, bounds: list[list[int]]) -> Floats:
    nearest = np.zeros(len(bounds), np.float32)
    message = np.zeros(rows.width, np.float32)
    for number, (first, last) in enumerate(bounds):
        entries = slice(rows.indptr[number], rows.indptr[number + 1])
        message[rows.indices[entries]] = rows.data[entries]
        nearest[number] = _products(examples, message, first, last).max(initial=0)
        message[rows.indices[entries]] = 0
    return nearest


def _nearest_dense(examples: Floats, rows: Floats, bounds: list[list[int]]) -> Floats:
    nearest = [(examples[first:last] @ row).max(initial=0) for row, (first, last) in zip(rows, bounds, strict=True)]
    return np.array(nearest, np.float32)


def _products(examples: SparseRows, message: Floats, first: int, last: int) -> Floats:
    """The products of the examples ``first:last`` with a message given in full."""
    bounds = examples.indptr[first : last + 1]
    start, end = bounds[0], bounds[-1]
    values: Floats = examples.data[start:end] * message[examples.indices[start:end]]
    return np.add.reduceat(values, bounds[:-1] - start) if first < last else values

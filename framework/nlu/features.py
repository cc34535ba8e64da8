"""Feature blocks: what one featurizer knows of a whole batch, sparse or dense."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import scipy.sparse

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SparseRows:
    """A sparse matrix by rows (CSR), in plain numpy so that serving needs no scipy.

    Row ``i`` has its columns in ``indices[indptr[i]:indptr[i + 1]]`` and their values in ``data`` at the same places.
    """

    indptr: Ints  # [rows + 1]
    indices: Ints  # [entries]
    data: Floats  # [entries]
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.indptr) - 1, self.width

    @classmethod
    def of_ones(cls, rows: Sequence[Sequence[int] | Ints], width: int) -> SparseRows:
        """The rows with a one in each of the given columns; a column given twice counts two."""
        indptr = offsets_of(map(len, rows))
        indices = np.concatenate(rows, dtype=np.int64, casting="unsafe") if len(rows) else np.empty(0, np.int64)
        return cls(indptr, indices, np.ones(len(indices), np.float32), width)

    @classmethod
    def empty(cls, rows: int) -> SparseRows:
        """That many rows of no columns."""
        return cls(np.zeros(rows + 1, np.int64), np.empty(0, np.int64), np.empty(0, np.float32), 0)

    def merge(self, offsets: Ints) -> SparseRows:
        """One row for each group of neighbours: row ``i`` is the sum of the rows ``offsets[i]:offsets[i + 1]``.

        ``offsets`` begins with 0 and ends with the number of rows.
        """
        return SparseRows(self.indptr[offsets], self.indices, self.data, self.width)

    def rows(self, wanted: Ints) -> SparseRows:
        """The given rows, in the given order."""
        places, indptr = runs_taken(self.indptr, wanted)
        return SparseRows(indptr, self.indices[places], self.data[places], self.width)

    def between(self, first: int, last: int) -> SparseRows:
        """The rows from ``first`` to before ``last``, or to the end; they share their entries with these rows."""
        indptr = self.indptr[first : last + 1]
        entries = slice(indptr[0], indptr[-1])
        return SparseRows(indptr - indptr[0], self.indices[entries], self.data[entries], self.width)

    def row_of_entries(self) -> Ints:
        """The row of each entry, ``[entries]``."""
        return np.repeat(np.arange(self.shape[0]), np.diff(self.indptr))

    def sum_duplicates(self) -> SparseRows:
        """The same rows with each column once, in ascending order."""
        stride = max(self.width, 1)
        places, entry_of = np.unique(self.row_of_entries() * stride + self.indices, return_inverse=True)
        lengths = np.bincount(places // stride, minlength=self.shape[0])
        data = np.bincount(entry_of, weights=self.data, minlength=len(places)).astype(np.float32)
        return SparseRows(np.concatenate(([0], np.cumsum(lengths))), places % stride, data, self.width)

    def to_dense(self) -> Floats:
        """The matrix in full, ``[rows, width]``; equal columns of a row add up."""
        dense = np.zeros(self.shape, dtype=np.float32)
        np.add.at(dense, (self.row_of_entries(), self.indices), self.data)
        return dense

    def to_scipy(self) -> scipy.sparse.csr_matrix:
        """The same matrix for scipy and scikit-learn."""
        import scipy.sparse

        return scipy.sparse.csr_matrix((self.data, self.indices, self.indptr), shape=self.shape)


def offsets_of(lengths: Iterable[int]) -> Ints:
    """Where runs of these lengths begin, one after the other, and where the last one ends: ``[runs + 1]``."""
    return np.array([0, *accumulate(lengths)], np.int64)


def runs_taken(offsets: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """The places in the wanted runs of neighbours, in that order, and the offsets of these runs among themselves."""
    lengths = offsets[wanted + 1] - offsets[wanted]
    taken = np.concatenate(([0], np.cumsum(lengths)))
    return np.arange(taken[-1]) + np.repeat(offsets[wanted] - taken[:-1], lengths), taken


@dataclass(frozen=True, slots=True)
class FeatureBlock:
    """The features that one featurizer gives a batch.

    ``sequence`` has a row for every token of every message, in order; ``sentence`` a row for every message.
    Either may be missing. ``origin`` is the featurizer's alias, by which classifiers pick their features. ``columns``
    names the columns, where each means something by itself, such as the patterns of RegexFeaturizer.
    """

    origin: str
    sequence: SparseRows | Floats | None  # [tokens of the batch, dim]
    sentence: SparseRows | Floats | None  # [messages, dim]
    columns: tuple[str, ...] = ()

    def sentences(self, messages: Ints) -> FeatureBlock:
        """The sentence rows of the given messages, in the given order."""
        rows = self.sentence
        if rows is None:
            return FeatureBlock(self.origin, None, None)
        return FeatureBlock(self.origin, None, rows.rows(messages) if isinstance(rows, SparseRows) else rows[messages])

"""How sparse features are weighted: all blocks at once, because one message's numbers cost less than the calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framework.ml.rows import beside
from framework.nlu.features import Floats, Ints, SparseRows


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Puts the rows of several blocks side by side, those of each block weighted and scaled to length 1.

    Rows of a block that are shorter than its floor are not drawn out to length 1.
    """

    weights: Floats  # [width of all blocks]
    floors: Floats  # [blocks]

    def apply(self, parts: Sequence[SparseRows]) -> SparseRows:
        """The scaled rows; each part has equally many."""
        rows = beside(parts)
        bounds = np.array([part.indptr for part in parts])  # [parts, rows + 1]
        lengths = (bounds[:, 1:] - bounds[:, :-1]).T.ravel()  # [rows * parts]
        values = weighted(rows, self.weights)
        norms: Floats = np.maximum(norms_of(values, lengths).reshape(-1, len(parts)), self.floors)
        return SparseRows(rows.indptr, rows.indices, values / norms.ravel().repeat(lengths), rows.width)


def weighted(rows: SparseRows, weights: Floats) -> Floats:
    """Log counts times the weights of their columns, ``[entries]``."""
    values: Floats = np.copysign(np.log2(1 + np.abs(rows.data)), rows.data) * weights[rows.indices]
    return values


def norms_of(values: Floats, lengths: Ints) -> Floats:
    """The Euclidean length of each run of ``lengths[i]`` neighbouring values; 0 for an empty run."""
    ends = lengths.cumsum()
    # In double precision a difference of running sums is as good as a sum, and it knows what an empty run is.
    running = np.concatenate(([0.0], np.cumsum(values * values, dtype=np.float64)))
    norms: Floats = np.sqrt(running[ends] - running[ends - lengths]).astype(np.float32)
    return norms

"""The feature blocks of a batch, scaled and put side by side as the network takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Literal

import numpy as np
import numpy.typing as npt

from framework.ml.rows import select_columns
from framework.ml.scaling import SideBySide, norms_of, weighted
from framework.ml.weights import Arrays
from framework.nlu.batch import MessageBatch
from framework.nlu.features import FeatureBlock, Ints, SparseRows

Part = Literal["sequence", "sentence"]
Matrix = npt.NDArray[np.float32]

_FLOOR_QUANTILE = 0.1


@dataclass(frozen=True, slots=True)
class SparseScale:
    """Scales the sparse rows of one block as TF-IDF: log counts times log inverse frequency, to length 1.

    Rows shorter than ``floor`` are not drawn out to length 1: a message of which little is known must not look as
    telling as one of which much is known.
    """

    weights: Matrix  # [width]
    floor: float

    @classmethod
    def fit(cls, rows: SparseRows) -> SparseScale:
        """Learns the frequencies from the rows of the training data."""
        count, width = rows.shape
        seen = np.bincount(rows.indices, minlength=width)
        weights = (np.log((1 + count) / (1 + seen)) + 1).astype(np.float32)
        lengths = norms_of(weighted(rows, weights), np.diff(rows.indptr))
        known = lengths[lengths > 0]
        return cls(weights, float(np.quantile(known, _FLOOR_QUANTILE)) if len(known) else 1.0)

    def apply(self, rows: SparseRows) -> SparseRows:
        """The scaled rows."""
        return SideBySide(self.weights, np.array([self.floor], np.float32)).apply([rows])


@dataclass(frozen=True, slots=True)
class DenseScale:
    """Standardises the columns of one dense block, and makes its rows about 1 long."""

    mean: Matrix  # [dim]
    factor: Matrix  # [dim]

    @classmethod
    def fit(cls, rows: Matrix) -> DenseScale:
        """Learns mean and deviation from the rows of the training data."""
        deviation = np.maximum(rows.std(axis=0), 1e-3)
        return cls(rows.mean(axis=0), (1 / (deviation * np.sqrt(max(1, rows.shape[1])))).astype(np.float32))

    def apply(self, rows: Matrix) -> Matrix:
        """The scaled rows."""
        scaled: Matrix = ((rows - self.mean) * self.factor).astype(np.float32)
        return scaled


@dataclass(frozen=True, slots=True)
class PartFeatures:
    """All features of the tokens, or of the messages, of a batch: scaled and side by side."""

    sparse: SparseRows | None
    dense: Matrix | None


@dataclass(frozen=True, slots=True)
class PartReader:
    """Knows the blocks that the network was trained on, for tokens or for messages.

    Of the sparse columns, numbered through all blocks, ``columns`` are used; all of them where it is None.
    """

    part: Part
    scales: dict[str, SparseScale | DenseScale]
    columns: Ints | None = None
    sparse_scales: dict[str, SparseScale] = field(init=False, repr=False, compare=False)
    _first_columns: dict[str, int] = field(init=False, repr=False, compare=False)
    _side_by_side: SideBySide = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sparse = {name: scale for name, scale in self.scales.items() if isinstance(scale, SparseScale)}
        weights = np.concatenate([np.empty(0, np.float32), *(scale.weights for scale in sparse.values())])
        floors = np.array([scale.floor for scale in sparse.values()], np.float32)
        first_columns = accumulate((len(scale.weights) for scale in sparse.values()), initial=0)
        object.__setattr__(self, "sparse_scales", sparse)
        object.__setattr__(self, "_first_columns", dict(zip(sparse, first_columns, strict=False)))
        object.__setattr__(self, "_side_by_side", SideBySide(weights, floors))

    @classmethod
    def fit(cls, part: Part, blocks: Sequence[FeatureBlock]) -> PartReader:
        """Learns the scales of the blocks that have this part."""
        scales: dict[str, SparseScale | DenseScale] = {}
        for block in blocks:
            rows = getattr(block, part)
            if isinstance(rows, SparseRows):
                scales[block.origin] = SparseScale.fit(rows)
            elif rows is not None:
                scales[block.origin] = DenseScale.fit(rows)
        return cls(part, scales)

    @property
    def sparse_width(self) -> int:
        """How many sparse columns are used."""
        if self.columns is not None:
            return len(self.columns)
        return sum(len(scale.weights) for scale in self.scales.values() if isinstance(scale, SparseScale))

    @property
    def dense_width(self) -> int:
        """Columns of all dense blocks."""
        return sum(len(scale.mean) for scale in self.scales.values() if isinstance(scale, DenseScale))

    def limited(self, most_columns: int) -> PartReader:
        """The same with at most so many sparse columns, the most frequent ones, to bound the tables made for them."""
        if self.sparse_width <= most_columns:
            return self
        rarity = self._side_by_side.weights
        return replace(self, columns=np.sort(np.argsort(rarity, kind="stable")[:most_columns]))

    def read(self, batch: MessageBatch) -> PartFeatures:
        """The features of a batch."""
        return PartFeatures(self.together(self.sparse_rows(batch)), self.dense_rows(batch))

    def sparse_rows(self, batch: MessageBatch) -> dict[str, SparseRows]:
        """The sparse blocks of a batch by their origins, as they are."""
        blocks = {block.origin: getattr(block, self.part) for block in batch.blocks}
        return {name: blocks[name] for name in self.sparse_scales}

    def together(self, blocks: dict[str, SparseRows]) -> SparseRows | None:
        """All sparse blocks, scaled and side by side."""
        if not blocks:
            return None
        rows = self._side_by_side.apply(list(blocks.values()))
        return rows if self.columns is None else select_columns(rows, self.columns)

    def dense_rows(self, batch: MessageBatch) -> Matrix | None:
        """The dense blocks of a batch, scaled and side by side."""
        if len(self.sparse_scales) == len(self.scales):
            return None
        blocks = {block.origin: getattr(block, self.part) for block in batch.blocks}
        dense = [scale.apply(blocks[name]) for name, scale in self.scales.items() if isinstance(scale, DenseScale)]
        return np.concatenate(dense, axis=1) if len(dense) > 1 else dense[0]

    def scaled(self, origin: str, rows: SparseRows) -> SparseRows:
        """Rows of one sparse block, scaled and in the columns of the whole."""
        return self.in_table(origin, self.sparse_scales[origin].apply(rows))

    def in_table(self, origin: str, rows: SparseRows) -> SparseRows:
        """Rows of one sparse block in the columns of the whole."""
        shifted = SparseRows(
            rows.indptr, rows.indices + self._first_columns[origin], rows.data, len(self._side_by_side.weights)
        )
        return shifted if self.columns is None else select_columns(shifted, self.columns)

    def arrays(self) -> Arrays:
        """The scales by names for a file; see :meth:`from_arrays`."""
        arrays: Arrays = {}
        for number, scale in enumerate(self.scales.values()):
            if isinstance(scale, SparseScale):
                arrays[f"{self.part}.{number}.weights"] = scale.weights
                arrays[f"{self.part}.{number}.floor"] = np.array([scale.floor], np.float32)
            else:
                arrays[f"{self.part}.{number}.mean"] = scale.mean
                arrays[f"{self.part}.{number}.factor"] = scale.factor
        if self.columns is not None:
            arrays[f"{self.part}.columns"] = self.columns
        return arrays

    @classmethod
    def from_arrays(cls, part: Part, origins: Sequence[str], arrays: Arrays) -> PartReader:
        """Restores the reader of the blocks of these origins."""
        scales: dict[str, SparseScale | DenseScale] = {}
        for number, origin in enumerate(origins):
            prefix = f"{part}.{number}"
            if f"{prefix}.weights" in arrays:
                floor = float(arrays[f"{prefix}.floor"][0])
                scales[origin] = SparseScale(arrays[f"{prefix}.weights"].astype(np.float32), floor)
            else:
                mean, factor = arrays[f"{prefix}.mean"], arrays[f"{prefix}.factor"]
                scales[origin] = DenseScale(mean.astype(np.float32), factor.astype(np.float32))
        return cls(part, scales, arrays.get(f"{part}.columns"))

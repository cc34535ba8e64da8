"""Reads the features of all training data, some thousands of rows at a time: what is in the making stays small."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from framework.api import FeatureBlock, MessageBatch, SparseRows
from framework.ml.features import PartFeatures, PartReader
from framework.ml.rows import below, distinct

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

PORTION = 16_384
"""Rows."""


def read_messages(reader: PartReader, batch: MessageBatch) -> PartFeatures:
    """The features of the messages, a row each."""
    portions = list(_portions(reader, batch, len(batch)))
    sparse = [portion.sparse for portion in portions if portion.sparse is not None]
    return PartFeatures(below(sparse) if sparse else None, _dense(portions))


def read_tokens(reader: PartReader, batch: MessageBatch, tokens: int) -> tuple[SparseRows | None, Ints, Floats | None]:
    """The features of that many tokens: their different sparse rows, each token's row among these, and dense rows."""
    different: list[SparseRows] = []
    numbers: list[Ints] = []
    dense: list[PartFeatures] = []
    for portion in _portions(reader, batch, tokens):
        dense.append(PartFeatures(None, portion.dense))
        if portion.sparse is not None:
            rows, number_of = distinct(portion.sparse)
            numbers.append(number_of + sum(row.shape[0] for row in different))
            different.append(rows)
    if not different:
        return None, np.zeros(tokens, np.int64), _dense(dense)
    types, type_of = distinct(below(different))
    return types, type_of[np.concatenate(numbers)], _dense(dense)


def _portions(reader: PartReader, batch: MessageBatch, rows: int) -> Iterator[PartFeatures]:
    for first in range(0, max(1, rows), PORTION):
        last = first + PORTION
        if reader.part == "sequence":
            blocks = [FeatureBlock(block.origin, _between(block.sequence, first, last), None) for block in batch.blocks]
        else:
            blocks = [FeatureBlock(block.origin, None, _between(block.sentence, first, last)) for block in batch.blocks]
        yield reader.read(MessageBatch(texts=[], blocks=blocks))


def _between(rows: SparseRows | Floats | None, first: int, last: int) -> SparseRows | Floats | None:
    return rows.between(first, last) if isinstance(rows, SparseRows) else rows if rows is None else rows[first:last]


def _dense(portions: list[PartFeatures]) -> Floats | None:
    parts = [portion.dense for portion in portions if portion.dense is not None]
    return np.concatenate(parts) if parts else None

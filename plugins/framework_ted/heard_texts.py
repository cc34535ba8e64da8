"""What users say in the stories, to tell whether a message is like any of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from framework.api import SparseRows
from framework.ml.features import PartFeatures
from framework.ml.rows import sum_by_row
from framework.ml.weights import Arrays

_PREFIX = "heard"


@dataclass(frozen=True, slots=True)
class HeardTexts:
    """The features of the texts, a row each."""

    features: PartFeatures

    def closeness(self, message: PartFeatures) -> float:
        """The largest cosine of one message's features with those of any text, 0 to 1."""
        products = lengths = np.zeros(1, np.float32)
        own_length = 0.0
        known = self.features
        if known.sparse is not None and message.sparse is not None:
            query = message.sparse.to_dense()[0]
            products = products + sum_by_row(known.sparse.data * query[known.sparse.indices], known.sparse.indptr)
            lengths = lengths + sum_by_row(known.sparse.data**2, known.sparse.indptr)
            own_length += float(query @ query)
        if known.dense is not None and message.dense is not None:
            products = products + known.dense @ message.dense[0]
            lengths = lengths + (known.dense**2).sum(axis=1)
            own_length += float(message.dense[0] @ message.dense[0])
        cosines = products / np.sqrt(np.maximum(lengths * own_length, 1e-12))
        return float(cosines.max(initial=0.0))

    def arrays(self) -> Arrays:
        """The features by names for a file."""
        arrays: Arrays = {}
        sparse = self.features.sparse
        if sparse is not None:
            arrays[f"{_PREFIX}.indptr"] = sparse.indptr
            arrays[f"{_PREFIX}.indices"] = sparse.indices
            arrays[f"{_PREFIX}.data"] = sparse.data
            arrays[f"{_PREFIX}.width"] = np.asarray([sparse.width])
        if self.features.dense is not None:
            arrays[f"{_PREFIX}.dense"] = self.features.dense
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Restores what :meth:`arrays` gave."""
        sparse = None
        if f"{_PREFIX}.indptr" in arrays:
            indptr, indices, data, width = (
                arrays[f"{_PREFIX}.{part}"] for part in ("indptr", "indices", "data", "width")
            )
            sparse = SparseRows(indptr, indices, data, int(width[0]))
        return cls(PartFeatures(sparse, arrays.get(f"{_PREFIX}.dense")))

"""A trained selector at work: numpy and a runner of the exported network, no torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framework.api import MessageBatch, SparseRows
from framework.ml.features import Matrix, PartReader
from framework.ml.packing import chunks
from framework.ml.rows import times
from framework.ml.runtime import Runner
from framework.ml.weights import Arrays

MOST_ENTRIES = 20_000
"""The most features that are looked up at once, to bound the memory of a large batch."""


@dataclass(frozen=True, slots=True)
class Predictor:
    """Reads features, reduces them to dense rows and runs the network.

    ``table [V, answers + embedding]`` is that of the linear expert beside that of the embedding.
    """

    reader: PartReader
    table: Matrix
    answers: int
    runner: Runner

    def probabilities(self, batch: MessageBatch) -> Matrix:
        """How probable each answer is for each message, ``[messages, answers]``."""
        logits = self.runner.run(self._inputs(batch))["answers"]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Matrix = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def _inputs(self, batch: MessageBatch) -> Arrays:
        features = self.reader.read(batch)
        if features.sparse is not None:
            reduced = self._reduce(features.sparse)
        else:
            reduced = np.zeros((len(batch), self.table.shape[1]), np.float32)
        inputs: Arrays = {"scores": reduced[:, : self.answers], "embedding": reduced[:, self.answers :]}
        if features.dense is not None:
            inputs["dense"] = features.dense
        return inputs

    def _reduce(self, rows: SparseRows) -> Matrix:
        if len(rows.indices) <= MOST_ENTRIES:
            return times(rows, self.table)
        reduced = np.empty((rows.shape[0], self.table.shape[1]), np.float32)
        for group in chunks(np.diff(rows.indptr), MOST_ENTRIES):
            reduced[group] = times(rows.rows(group), self.table)
        return reduced

"""Pairs of neighbouring tokens as features of messages: the word order that single tokens and characters lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

from framework.nlu.batch import MessageBatch
from framework.nlu.features import FeatureBlock, SparseRows
from framework.nlu.tokens import Tokens

ORIGIN = "token pairs"
LEAST_COUNT = 2
"""Messages of the training data that a pair has to be in. Most pairs are in one only, and tell next to nothing."""

_EDGE = ""


@dataclass(frozen=True, slots=True)
class TokenPairs:
    """Counts the known pairs of a message's tokens. Case does not matter; the edges of a message count as tokens."""

    columns: dict[str, int]

    @classmethod
    def fit(cls, tokens: Tokens, known: Sequence[str] = ()) -> Self:
        """Learns which pairs occur in the training data; those ``known`` from before come first, still there or not."""
        counts = Counter(pair for pairs in _pairs(tokens) for pair in set(pairs))
        found = {pair for pair, count in counts.items() if count >= LEAST_COUNT}
        return cls.of_names([*known, *sorted(found.difference(known))])

    @classmethod
    def of_names(cls, names: Sequence[str]) -> Self:
        """Restores the pairs from their names in the order of their columns."""
        return cls({name: column for column, name in enumerate(names)})

    def beside(self, batch: MessageBatch) -> MessageBatch:
        """A batch of the same messages that has the pairs among its features."""
        if batch.tokens is None:
            return batch
        return replace(batch, blocks=[*batch.blocks, self.block(batch.tokens)])

    def block(self, tokens: Tokens) -> FeatureBlock:
        """The counts as features of messages, of which tokens have none."""
        columns = self.columns
        known = [[columns[pair] for pair in pairs if pair in columns] for pairs in _pairs(tokens)]
        return FeatureBlock(ORIGIN, None, SparseRows.of_ones(known, len(columns)))


def _pairs(tokens: Tokens) -> Iterator[list[str]]:
    texts = [text.lower() for text in tokens.texts]
    for start, end in zip(tokens.offsets[:-1].tolist(), tokens.offsets[1:].tolist(), strict=True):
        if start == end:
            yield []
            continue
        places = [_EDGE, *texts[start:end], _EDGE]
        yield [f"{first} {second}" for first, second in pairwise(places)]

"""Pairs of neighbouring tokens as features of messages: the word order that single tokens and characters lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, repeat
from typing import Self

import numpy as np

from framework.nlu.batch import MessageBatch
from framework.nlu.features import FeatureBlock, SparseRows
from framework.nlu.keyed_rows import FEW_TOKENS
from framework.nlu.tokens import Tokens

ORIGIN = "token pairs"
LEAST_COUNT = 2
"""Messages of the training data that a pair has to be in. Most pairs are in one only, and tell next to nothing."""

_EDGE = ""
_UNKNOWN = -1
_NONE: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class TokenPairs:
    """Counts the known pairs of a message's tokens. Case does not matter; the edges of a message count as tokens."""

    columns: dict[str, int]
    _followers: dict[str, dict[str, int]] = field(init=False, repr=False, compare=False)
    """The columns of a first token's pairs, by the second."""

    def __post_init__(self) -> None:
        followers: dict[str, dict[str, int]] = {}
        for pair, column in self.columns.items():
            for place in _spaces(pair):
                followers.setdefault(pair[:place], {})[pair[place + 1 :]] = column
        object.__setattr__(self, "_followers", followers)

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
        if len(tokens) > FEW_TOKENS:
            return FeatureBlock(ORIGIN, None, self._of_many(tokens))
        known = [[columns[pair] for pair in pairs if pair in columns] for pairs in _pairs(tokens)]
        return FeatureBlock(ORIGIN, None, SparseRows.of_ones(known, len(columns)))

    def _of_many(self, tokens: Tokens) -> SparseRows:
        """The counts, looked up by the different words instead of by the text of every pair."""
        numbers, offsets = tokens.words.numbers, tokens.offsets
        messages = np.arange(len(offsets))
        words = [*map(str.lower, tokens.words.keys), _EDGE]
        followers = [self._followers.get(word, _NONE) for word in words]
        # One edge between two messages is the end of the one and the beginning of the other.
        places = np.full(len(numbers) + len(offsets), len(words) - 1)
        places[np.arange(1, len(numbers) + 1) + messages[:-1].repeat(np.diff(offsets))] = numbers
        line = places.tolist()
        seconds = [words[number] for number in line[1:]]
        found = map(dict.get, [followers[number] for number in line[:-1]], seconds, repeat(_UNKNOWN))
        columns = np.fromiter(found, np.int64, len(seconds))
        known = columns != _UNKNOWN
        bounds = np.concatenate(([0], known.cumsum()))[offsets + messages]
        columns = columns[known]
        return SparseRows(bounds, columns, np.ones(len(columns), np.float32), len(self.columns))


def _pairs(tokens: Tokens) -> Iterator[list[str]]:
    texts = [text.lower() for text in tokens.texts]
    for start, end in zip(tokens.offsets[:-1].tolist(), tokens.offsets[1:].tolist(), strict=True):
        if start == end:
            yield []
            continue
        places = [_EDGE, *texts[start:end], _EDGE]
        yield [f"{first} {second}" for first, second in pairwise(places)]


def _spaces(pair: str) -> Iterator[int]:
    """Where a pair may be cut in two; at several places where a token has spaces itself."""
    return (place for place, char in enumerate(pair) if char == " ")

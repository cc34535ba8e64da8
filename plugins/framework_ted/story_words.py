"""The words of texts in stories as features: the pipeline learned its vocabulary from NLU data, which lacks some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

from framework.api import FeatureBlock, MessageBatch, SparseRows

ORIGIN = "words of stories"


@dataclass(frozen=True, slots=True)
class StoryWords:
    """Knows the words of some texts, whatever their case. ``columns`` is the number of each."""

    columns: dict[str, int]

    @classmethod
    def fit(cls, batch: MessageBatch) -> Self:
        """Learns the words of the messages; none where there is no tokenizer."""
        words = batch.tokens.texts if batch.tokens is not None else []
        return cls.of_names(list(dict.fromkeys(word.casefold() for word in words)))

    @classmethod
    def of_names(cls, names: Sequence[str]) -> Self:
        """Restores it from the words in the order of their columns."""
        return cls({name: column for column, name in enumerate(names)})

    @property
    def names(self) -> list[str]:
        """The words in the order of their columns."""
        return list(self.columns)

    def beside(self, batch: MessageBatch) -> MessageBatch:
        """A batch of the same messages that has the known words among the features of tokens and of messages."""
        tokens = batch.tokens
        if tokens is None:
            return batch
        numbers = [self.columns.get(word.casefold()) for word in tokens.texts]
        of_tokens = [[] if number is None else [number] for number in numbers]
        offsets = tokens.offsets.tolist()
        of_messages = [
            [number for number in numbers[start:end] if number is not None] for start, end in pairwise(offsets)
        ]
        width = len(self.columns)
        block = FeatureBlock(ORIGIN, SparseRows.of_ones(of_tokens, width), SparseRows.of_ones(of_messages, width))
        return replace(batch, blocks=[*batch.blocks, block])


def origins(featurizers: tuple[str, ...]) -> tuple[str, ...]:
    """The featurizers to read where some are chosen: these, and the words of stories."""
    return (*featurizers, ORIGIN) if featurizers else ()

"""``SpacyFeaturizer``: word vectors of a spaCy model as dense features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field
from spacy.tokens import Doc
from typing_extensions import override

from framework.api import BotError, FeatureBlock, Featurizer, FeaturizerConfig, Kind, MessageBatch, Problem
from framework_spacy.reading import SpacyReading

Floats = npt.NDArray[np.float32]


class SpacyFeaturizerConfig(FeaturizerConfig):
    """How the vectors of a message's words become the vector of the message."""

    pooling: Literal["mean", "max"] = Field(
        default="mean",
        description="`mean` averages the words that have a vector; `max` takes the greatest number in each place.",
    )


class SpacyFeaturizer(Featurizer[SpacyFeaturizerConfig]):
    """A row for each token: its word vector, or the mean of those that it overlaps if another tokenizer made it."""

    Config = SpacyFeaturizerConfig
    requires: ClassVar[tuple[Kind, ...]] = ("nlu", "tokenizer")

    @override
    def process(self, batch: MessageBatch) -> None:
        tokens = batch.tokens
        if tokens is None:
            return
        reading = SpacyReading.of(batch, self.name)
        if not reading.width:
            raise _without_vectors(self.name)
        sequence = np.zeros((len(tokens), reading.width), np.float32)
        sentence = np.zeros((len(batch), reading.width), np.float32)
        for message, doc in enumerate(reading.docs):
            if len(doc):
                vectors = np.array([token.vector for token in doc], np.float32)
                first, last = tokens.span_of(message)
                sequence[first:last] = _at(tokens.starts[first:last], tokens.ends[first:last], doc, vectors)
                sentence[message] = self._pool(vectors)
        batch.blocks.append(FeatureBlock(self.origin, sequence, sentence))

    def _pool(self, vectors: Floats) -> Floats:
        known = vectors[vectors.any(axis=1)]
        if not len(known):
            return np.zeros(vectors.shape[1], np.float32)
        pooled: Floats = known.mean(axis=0) if self.config.pooling == "mean" else vectors.max(axis=0)
        return pooled


def _at(starts: Sequence[int], ends: Sequence[int], doc: Doc, vectors: Floats) -> Floats:
    """The mean of the vectors of the words that each span overlaps; zeros where it overlaps none."""
    begins = np.array([token.idx for token in doc])
    finishes = begins + [len(token) for token in doc]
    first = np.searchsorted(finishes, starts, side="right")
    last = np.maximum(np.searchsorted(begins, ends, side="left"), first)
    sums = np.concatenate((np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0, dtype=np.float64)))
    means: Floats = ((sums[last] - sums[first]) / np.maximum(last - first, 1)[:, None]).astype(np.float32)
    return means


def _without_vectors(name: str) -> BotError:
    return BotError(
        Problem(
            code="invalid-component-config",
            what=f"the spaCy model that {name} reads has no word vectors",
            fix="name another as 'model' of SpacyNLP, such as en_core_web_md, or take the featurizer out",
        )
    )

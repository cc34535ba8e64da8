"""The training data as arrays, and the batches cut out of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framework.api import SparseRows, TrainingData
from framework.ml.annotations import NO_TAG, TokenTags, tag_tokens, tokens_of
from framework.ml.batches import BatchesOnDemand
from framework.ml.features import PartFeatures, PartReader
from framework.ml.labels import Labels
from framework.ml.packing import Packing, pack, take
from framework.ml.sampling import noise_for, spread, with_noise
from framework.ml.tagging import TagScheme
from framework_diet.mentions import Mentions
from framework_diet.reading import read_messages, read_tokens

Ints = npt.NDArray[np.int64]

UNKNOWN = -1
"""The intent of a message of which nothing is known: any intent is as good as another."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some examples. After the real ones come messages of noise: few features, picked from all over the batch."""

    packing: Packing
    sentence: PartFeatures  # [B rows]
    token_types: SparseRows | None  # [U] the different sparse rows of the tokens
    type_of: Ints  # [T]
    token_dense: npt.NDArray[np.float32] | None  # [T, D]
    intents: Ints  # [B]
    tags: Ints  # [T]
    roles: Ints  # [T]
    groups: Ints  # [T]


@dataclass(frozen=True, slots=True)
class Examples:
    """All examples that have tokens. Equal sparse token rows are kept once, so memory grows with the vocabulary."""

    offsets: Ints  # [N + 1]
    sentence: PartFeatures
    token_types: SparseRows | None
    type_of: Ints  # [T]
    token_dense: npt.NDArray[np.float32] | None
    intents: Ints  # [N]
    tags: Ints  # [T]
    roles: Ints  # [T]
    groups: Ints  # [T]

    def __len__(self) -> int:
        return len(self.intents)

    def mentions(self, chosen: Ints, scheme: TagScheme) -> Mentions:
        """The mentions of entities in the chosen examples."""
        return Mentions.find(self.offsets, TokenTags(self.tags, self.roles, self.groups), self.intents, scheme, chosen)

    def batch(self, wanted: Ints) -> Batch:
        """The wanted examples as they are."""
        return self._batch(wanted, take(self.offsets, wanted), 0, np.random.default_rng(0))

    def augmented_batch(self, wanted: Ints, mentions: Mentions, rng: np.random.Generator) -> Batch:
        """The wanted examples with some of the mentions exchanged, and messages of noise."""
        return self._batch(wanted, mentions.exchange(self.offsets, wanted, rng), noise_for(len(wanted)), rng)

    def _batch(self, wanted: Ints, tokens: tuple[Ints, Ints], noise: int, rng: np.random.Generator) -> Batch:
        """The wanted examples of these tokens, and that many messages of noise, as long as the first of them."""
        real, offsets = tokens
        shadow, shadow_offsets = take(self.offsets, wanted[:noise])
        token_types, type_of = self._types(real, len(shadow), rng)
        dense, sentence = self.token_dense, self.sentence
        return Batch(
            packing=pack(np.concatenate((offsets, offsets[-1] + shadow_offsets[1:]))),
            sentence=PartFeatures(
                with_noise(sentence.sparse.rows(wanted), noise, rng) if sentence.sparse else None,
                np.pad(sentence.dense[wanted], ((0, noise), (0, 0))) if sentence.dense is not None else None,
            ),
            token_types=token_types,
            type_of=type_of,
            token_dense=np.pad(dense[real], ((0, len(shadow)), (0, 0))) if dense is not None else None,
            intents=np.concatenate((self.intents[wanted], np.full(noise, UNKNOWN))),
            tags=np.concatenate((self.tags[real], np.zeros(len(shadow), np.int64))),
            roles=np.concatenate((self.roles[real], np.full(len(shadow), NO_TAG))),
            groups=np.concatenate((self.groups[real], np.full(len(shadow), NO_TAG))),
        )

    def epoch(
        self, chosen: Ints, size: int, rng: np.random.Generator, *, balanced: bool, mentions: Mentions
    ) -> BatchesOnDemand[Batch]:
        """Goes once through the chosen examples in random order, augmented, ``size`` at a time."""
        order = chosen[spread(self.intents[chosen], rng) if balanced else rng.permutation(len(chosen))]
        parts = np.array_split(order, max(1, round(len(order) / size)))
        return BatchesOnDemand(parts, lambda part: self.augmented_batch(part, mentions, rng))

    def _types(self, tokens: Ints, noise: int, rng: np.random.Generator) -> tuple[SparseRows | None, Ints]:
        if self.token_types is None:
            return None, np.zeros(len(tokens) + noise, np.int64)
        used, type_of = np.unique(self.type_of[tokens], return_inverse=True)
        types = with_noise(self.token_types.rows(used), noise, rng)
        return types, np.concatenate((type_of, len(used) + np.arange(noise)))


def collect(data: TrainingData, labels: Labels, readers: tuple[PartReader, PartReader]) -> Examples:
    """Turns training data into arrays; ``readers`` are those of tokens and of messages."""
    tokens = tokens_of(data)
    types, type_of, token_dense = read_tokens(readers[0], data.batch, len(tokens))
    known = tag_tokens(data, labels)
    examples = Examples(
        tokens.offsets,
        read_messages(readers[1], data.batch),
        types,
        type_of,
        token_dense,
        labels.intent_numbers(example.intent_name for example in data.examples),
        known.tags,
        known.roles,
        known.groups,
    )
    return _without_empty(examples)


def _without_empty(examples: Examples) -> Examples:
    """Leaves out examples without tokens, of which there is nothing to learn."""
    filled = np.flatnonzero(np.diff(examples.offsets))
    if len(filled) == len(examples):
        return examples
    _, offsets = take(examples.offsets, filled)
    sentence = examples.sentence
    return Examples(
        offsets,
        PartFeatures(
            sentence.sparse.rows(filled) if sentence.sparse else None,
            sentence.dense[filled] if sentence.dense is not None else None,
        ),
        examples.token_types,
        examples.type_of,
        examples.token_dense,
        examples.intents[filled],
        examples.tags,
        examples.roles,
        examples.groups,
    )

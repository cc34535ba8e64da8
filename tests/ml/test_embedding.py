from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from framework.ml.embedding import MessageEmbedding, TokenEmbedding
from framework.ml.features import PartReader
from framework.ml.rows import times
from framework.nlu.batch import MessageBatch
from framework.nlu.features import FeatureBlock, Floats, Ints, SparseRows
from framework.nlu.keyed_rows import KeyedRows, Repeats

RANDOM = np.random.default_rng(0)
WORDS = [f"word{number}" for number in range(40)]
LETTERS = {word: np.sort(RANDOM.integers(0, 30, RANDOM.integers(1, 9))) for word in WORDS}
DIM = 5
Part = Literal["sequence", "sentence"]


def whole(word: str) -> Ints:
    return np.array([WORDS.index(word)])


def a_batch(seed: int, messages: int = 30) -> MessageBatch:
    """Two blocks known by words, one by looks, and one of its own."""
    random = np.random.default_rng(seed)
    lengths = random.integers(0, 9, messages)
    offsets = np.concatenate(([0], lengths.cumsum()))
    words = Repeats.of(random.choice(WORDS, offsets[-1]).tolist())
    looks = Repeats.of([(int(number), 3) for number in random.integers(0, 3, offsets[-1])])
    blocks = []
    for origin, find, width in (("words", whole, len(WORDS)), ("letters", LETTERS.__getitem__, 30)):
        rows = KeyedRows.of_each(words, find, width)
        blocks.append(FeatureBlock(origin, rows, rows.merge(offsets)))
    blocks.append(FeatureBlock("looks", KeyedRows.of_each(looks, np.array, 4), None))
    own = SparseRows.of_ones([random.integers(0, 6, random.integers(0, 3)) for _ in range(messages)], 6)
    of_tokens = SparseRows.of_ones([random.integers(0, 6, random.integers(0, 2)) for _ in range(offsets[-1])], 6)
    blocks.append(FeatureBlock("own", of_tokens, own))
    return MessageBatch(texts=[""] * messages, blocks=blocks)


def a_reader(part: Part, most_columns: int) -> tuple[PartReader, Floats]:
    reader = PartReader.fit(part, a_batch(1, 100).blocks).limited(most_columns)
    return reader, RANDOM.normal(size=(reader.sparse_width, DIM)).astype(np.float32)


@pytest.mark.parametrize("most_columns", [1000, 50])
def test_messages_embedded_word_by_word_are_those_embedded_entry_by_entry(most_columns: int) -> None:
    reader, table = a_reader("sentence", most_columns)
    embedding = MessageEmbedding(reader, table)
    for seed in (2, 3, 2):
        expected = reader.read(a_batch(seed)).sparse
        assert expected is not None
        np.testing.assert_allclose(embedding.rows(a_batch(seed)), times(expected, table), atol=1e-5)


@pytest.mark.parametrize("most_columns", [1000, 50])
def test_tokens_embedded_by_type_are_those_embedded_one_by_one(most_columns: int) -> None:
    reader, table = a_reader("sequence", most_columns)
    embedding = TokenEmbedding(reader, table)
    for seed in (2, 3, 2):
        expected = reader.read(a_batch(seed)).sparse
        assert expected is not None
        rows, types = embedding.types(a_batch(seed), expected.shape[0])
        np.testing.assert_allclose(rows[types], times(expected, table), atol=1e-5)


def test_a_part_of_a_batch_is_embedded_as_in_the_whole() -> None:
    reader, table = a_reader("sentence", 1000)
    embedding, batch, wanted = MessageEmbedding(reader, table), a_batch(2), np.array([7, 3])
    part = MessageBatch(texts=["", ""], blocks=[block.sentences(wanted) for block in batch.blocks])
    np.testing.assert_allclose(embedding.rows(part), embedding.rows(batch)[wanted], atol=1e-5)


def test_only_the_different_tokens_are_multiplied() -> None:
    reader, table = a_reader("sequence", 1000)
    batch = a_batch(2, 400)
    del batch.blocks[-1]
    reader = PartReader("sequence", {name: scale for name, scale in reader.scales.items() if name != "own"})
    tokens = batch.blocks[0].sequence
    assert tokens is not None
    rows, _ = TokenEmbedding(reader, table).types(batch, tokens.shape[0])
    assert len(rows) <= 3 * len(WORDS) < tokens.shape[0]

import numpy as np
import pytest

from framework.ml.features import PartReader
from framework.nlu.batch import MessageBatch
from framework.nlu.features import FeatureBlock, SparseRows
from framework_diet import reading
from framework_diet.reading import read_messages, read_tokens

TOKENS = 23


@pytest.fixture
def batch() -> MessageBatch:
    """Messages of one token each, some of which are equal."""
    rng = np.random.default_rng(0)
    columns = [rng.integers(0, 4, size=number % 3) for number in range(TOKENS)]
    sparse, dense = SparseRows.of_ones(columns, 4), rng.random((TOKENS, 3)).astype(np.float32)
    blocks = [FeatureBlock("sparse", sparse, sparse), FeatureBlock("dense", dense, dense)]
    return MessageBatch(texts=[""] * TOKENS, blocks=blocks)


def test_messages_read_in_portions_are_what_they_are_at_once(batch, monkeypatch):
    reader = PartReader.fit("sentence", batch.blocks)
    at_once = reader.read(batch)
    monkeypatch.setattr(reading, "PORTION", 5)
    in_portions = read_messages(reader, batch)
    np.testing.assert_allclose(in_portions.sparse.to_dense(), at_once.sparse.to_dense(), rtol=1e-6)
    np.testing.assert_allclose(in_portions.dense, at_once.dense)


def test_equal_tokens_of_different_portions_are_told_to_be_equal(batch, monkeypatch):
    reader = PartReader.fit("sequence", batch.blocks)
    at_once, all_numbers, _ = read_tokens(reader, batch, TOKENS)
    monkeypatch.setattr(reading, "PORTION", 5)
    in_portions, numbers, dense = read_tokens(reader, batch, TOKENS)
    assert in_portions.shape == at_once.shape
    assert in_portions.shape[0] < TOKENS
    np.testing.assert_allclose(in_portions.to_dense()[numbers], at_once.to_dense()[all_numbers], rtol=1e-6)
    assert dense.shape == (TOKENS, 3)

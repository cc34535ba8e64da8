import numpy as np

from framework.ml.features import PartReader
from framework.nlu.batch import MessageBatch
from framework.nlu.features import FeatureBlock, SparseRows


def batch(*rows: list[int]) -> MessageBatch:
    messages = MessageBatch.of(["text"] * len(rows))
    messages.blocks = [
        FeatureBlock("words", None, SparseRows.of_ones(rows, 4)),
        FeatureBlock("grams", None, SparseRows.of_ones(rows, 4)),
    ]
    return messages


def test_a_limited_reader_reads_the_most_frequent_columns_of_all_blocks():
    messages = batch([0, 1], [1, 3], [1, 3])
    full = PartReader.fit("sentence", messages.blocks)
    limited = full.limited(4)
    assert limited.sparse_width == 4
    np.testing.assert_array_equal(
        limited.read(messages).sparse.to_dense(), full.read(messages).sparse.to_dense()[:, [1, 3, 5, 7]]
    )


def test_a_limit_that_is_not_reached_changes_nothing():
    reader = PartReader.fit("sentence", batch([0, 1]).blocks)
    assert reader.limited(8) is reader


def test_a_restored_reader_reads_the_same():
    messages = batch([0, 1], [1, 3], [1, 3])
    reader = PartReader.fit("sentence", messages.blocks).limited(3)
    restored = PartReader.from_arrays("sentence", ["words", "grams"], reader.arrays())
    np.testing.assert_array_equal(restored.read(messages).sparse.to_dense(), reader.read(messages).sparse.to_dense())

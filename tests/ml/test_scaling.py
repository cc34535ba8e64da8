import numpy as np

from framework.ml.features import SparseScale
from framework.ml.rows import beside
from framework.ml.scaling import SideBySide, norms_of
from framework.nlu.features import SparseRows


def test_blocks_scaled_together_equal_blocks_scaled_one_by_one():
    words = SparseRows.of_ones([[0, 1, 1], [], [2]], 3)
    grams = SparseRows.of_ones([[4], [0, 2, 3], []], 5)
    scales = [SparseScale.fit(words), SparseScale.fit(grams)]
    together = SideBySide(
        np.concatenate([scale.weights for scale in scales]), np.array([scale.floor for scale in scales], np.float32)
    )
    expected = beside([scales[0].apply(words), scales[1].apply(grams)])
    np.testing.assert_array_equal(together.apply([words, grams]).to_dense(), expected.to_dense())


def test_rows_become_one_long_unless_they_are_below_the_floor():
    rows = SparseRows.of_ones([[0, 1], [2], []], 3)
    scaled = SideBySide(np.array([3, 4, 0.5], np.float32), np.array([1], np.float32)).apply([rows]).to_dense()
    np.testing.assert_allclose(scaled, [[0.6, 0.8, 0], [0, 0, 0.5], [0, 0, 0]], rtol=1e-6)


def test_an_empty_run_of_values_is_0_long():
    np.testing.assert_allclose(norms_of(np.array([3, 4, 2], np.float32), np.array([0, 2, 0, 1, 0])), [0, 5, 0, 2, 0])

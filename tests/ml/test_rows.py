import numpy as np

from framework.ml.rows import below, beside, distinct, select_columns, sum_by_row, times
from framework.nlu.features import SparseRows


def random_rows(rows: int, width: int, seed: int = 0) -> SparseRows:
    rng = np.random.default_rng(seed)
    dense = rng.random((rows, width)) * (rng.random((rows, width)) < 0.3)
    dense[rows // 2] = 0
    places = [np.flatnonzero(row) for row in dense]
    indptr = np.cumsum([0, *map(len, places)])
    data = np.concatenate([row[place] for row, place in zip(dense, places, strict=True)]).astype(np.float32)
    return SparseRows(indptr, np.concatenate(places), data, width)


def test_matrices_beside_one_another_are_one_wide_matrix():
    left, right = random_rows(7, 5, 1), random_rows(7, 9, 2)
    expected = np.concatenate([left.to_dense(), right.to_dense()], axis=1)
    np.testing.assert_array_equal(beside([left, right]).to_dense(), expected)
    assert beside([left]) is left
    one = np.array([3])
    np.testing.assert_array_equal(beside([left.rows(one), right.rows(one)]).to_dense(), expected[one])


def test_matrices_below_one_another_are_one_tall_matrix():
    rows = random_rows(7, 5)
    parts = [rows.between(0, 3), rows.between(3, 3), rows.between(3, 10)]
    np.testing.assert_array_equal(below(parts).to_dense(), rows.to_dense())
    assert below([rows]) is rows


def test_a_product_with_a_table_equals_the_dense_product():
    rows, table = random_rows(6, 8), np.random.default_rng(0).random((8, 3)).astype(np.float32)
    np.testing.assert_allclose(times(rows, table), rows.to_dense() @ table, rtol=1e-5)


def test_rows_without_entries_sum_to_zero():
    sums = sum_by_row(np.ones((2, 3), np.float32), np.array([0, 0, 2, 2]))
    np.testing.assert_array_equal(sums, [[0, 0, 0], [2, 2, 2], [0, 0, 0]])


def test_distinct_rows_give_back_the_original():
    rows = random_rows(10, 6).rows(np.array([3, 1, 3, 3, 0, 1, 5]))
    different, number = distinct(rows)
    assert different.shape[0] == len({tuple(row) for row in rows.to_dense()})
    np.testing.assert_array_equal(different.rows(number).to_dense(), rows.to_dense())


def test_selected_columns_keep_their_values_in_every_row():
    rows, columns = random_rows(7, 9), np.array([1, 4, 8])
    np.testing.assert_array_equal(select_columns(rows, columns).to_dense(), rows.to_dense()[:, columns])

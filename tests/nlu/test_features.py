from __future__ import annotations

import numpy as np
import pytest

from framework.nlu.features import SparseRows


@pytest.fixture
def matrix() -> SparseRows:
    return SparseRows.of_ones([[0, 2], [], [1, 1, 0]], 3)


def test_ones_at_the_same_place_add_up(matrix: SparseRows) -> None:
    assert matrix.to_dense().tolist() == [[1, 0, 1], [0, 0, 0], [1, 2, 0]]


def test_duplicates_are_summed_in_column_order(matrix: SparseRows) -> None:
    summed = matrix.sum_duplicates()
    assert (summed.indptr.tolist(), summed.indices.tolist(), summed.data.tolist()) == (
        [0, 2, 2, 4],
        [0, 2, 0, 1],
        [1, 1, 1, 2],
    )


def test_rows_are_picked_in_any_order(matrix: SparseRows) -> None:
    assert matrix.rows(np.array([2, 0, 2])).to_dense().tolist() == [[1, 2, 0], [1, 0, 1], [1, 2, 0]]


def test_groups_of_rows_are_merged(matrix: SparseRows) -> None:
    assert matrix.merge(np.array([0, 0, 2, 3])).to_dense().tolist() == [[0, 0, 0], [1, 0, 1], [1, 2, 0]]


def test_scipy_sees_the_same_matrix(matrix: SparseRows) -> None:
    assert matrix.to_scipy().toarray().tolist() == matrix.to_dense().tolist()


@pytest.mark.parametrize("width", [0, 4])
def test_there_may_be_no_rows_and_no_columns(width: int) -> None:
    nothing = SparseRows.of_ones([], width)
    assert nothing.sum_duplicates().shape == nothing.to_dense().shape == (0, width)
    assert SparseRows.of_ones([[], []], width).sum_duplicates().to_dense().tolist() == [[0] * width] * 2

import numpy as np
import pytest

from framework.ml.ranking import highest, highest_of_rows


@pytest.mark.parametrize("size", [3, 10, 79, 80, 500])
@pytest.mark.parametrize("count", [1, 10])
def test_selecting_gives_what_sorting_gives_equal_scores_included(size: int, count: int) -> None:
    scores = np.random.default_rng(size).integers(0, 40, size).astype(np.float32)
    assert highest(scores, count).tolist() == np.argsort(-scores, kind="stable")[:count].tolist()


@pytest.mark.parametrize("size", [1, 9, 10, 500])
@pytest.mark.parametrize("rows", [1, 30])
def test_all_rows_at_once_are_ranked_as_each_alone(size: int, rows: int) -> None:
    shares = np.random.default_rng(size).integers(0, 40, (rows, size)).astype(np.float32) / 40
    expected = [highest(row, 10).tolist() for row in shares]
    assert highest_of_rows(shares, 10).tolist() == expected

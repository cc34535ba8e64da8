import numpy as np
import pytest

from framework.ml.ranking import highest


@pytest.mark.parametrize("size", [3, 10, 79, 80, 500])
@pytest.mark.parametrize("count", [1, 10])
def test_selecting_gives_what_sorting_gives_equal_scores_included(size: int, count: int) -> None:
    scores = np.random.default_rng(size).integers(0, 40, size).astype(np.float32)
    assert highest(scores, count).tolist() == np.argsort(-scores, kind="stable")[:count].tolist()

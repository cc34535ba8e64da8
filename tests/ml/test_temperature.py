from __future__ import annotations

import numpy as np
import pytest

from framework.ml.temperature import fit_temperature


@pytest.mark.parametrize("factor", [0.4, 1.0, 3.0])
def test_the_temperature_undoes_what_makes_scores_too_small_or_too_large(factor: float) -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(20_000, 5)).astype(np.float32)
    likelihoods = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    labels = (likelihoods.cumsum(axis=1) < rng.random((len(scores), 1))).sum(axis=1).clip(0, 4)
    assert fit_temperature(factor * scores, labels) == pytest.approx(factor, rel=0.05)

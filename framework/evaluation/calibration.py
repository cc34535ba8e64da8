"""Whether a confidence means what it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BINS = 10


def calibration_error(confidences: Sequence[float], is_right: Sequence[bool]) -> float:
    """Expected calibration error: the mean distance of confidence and accuracy over bins of confidence, 0 to 1.

    Guo et al., *On Calibration of Modern Neural Networks*, 2017. ``confidences`` must not be empty.
    """
    sure = np.asarray(confidences, dtype=np.float64)
    right = np.asarray(is_right, dtype=np.float64)
    bins = np.clip((sure * BINS).astype(np.int64), 0, BINS - 1)
    distances = np.abs(np.bincount(bins, sure - right, BINS))
    return float(distances.sum() / len(sure))

"""From which score on an intent is likely: learned for each intent from the stories themselves."""

from __future__ import annotations

import numpy as np

from framework_ted.examples import ExampleSet
from framework_ted.windows import Floats


def likely_from(logits: Floats, examples: ExampleSet, tolerance: float) -> Floats:
    """The least score of each label that is not unlikely, ``[C]``.

    No window after which the label follows may score less, and of the windows after which it does not, only the
    ``tolerance``'s share may score more.

    Args:
        logits: The scores of the labels after the examples' windows, ``[W, C]``.
        examples: What follows which window.
        tolerance: 0 to 1.
    """
    follows = examples.counts > 0
    thresholds: Floats = np.where(follows, logits, np.float32(np.inf)).min(axis=0)
    for label in range(len(examples.labels)):
        elsewhere = logits[~follows[:, label], label]
        if len(elsewhere):
            thresholds[label] = min(thresholds[label], np.quantile(elsewhere, 1 - tolerance))
    return thresholds

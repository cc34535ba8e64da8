"""From which score on an intent is likely: learned for each intent from the stories themselves."""

from __future__ import annotations

import numpy as np

from framework_ted.examples import ExampleSet
from framework_ted.windows import Floats


def likely_from(logits: Floats, examples: ExampleSet, tolerance: float) -> Floats:
    """The least score of each label that is not unlikely, ``[C]``.

    No window after which a label follows scores less. Of the windows after which it does not, the ``tolerance``'s
    share may score more; where all others score far less, the threshold lies half-way, the nearer to them the more is
    tolerated.

    Args:
        logits: The scores of the labels after the examples' windows, ``[W, C]``.
        examples: What follows which window.
        tolerance: 0 to 1.
    """
    follows = examples.counts > 0
    thresholds: Floats = np.where(follows, logits, np.float32(np.inf)).min(axis=0)
    for label, least in enumerate(thresholds.tolist()):
        elsewhere = logits[~follows[:, label], label]
        if len(elsewhere):
            others = min(least, float(np.quantile(elsewhere, 1 - tolerance)))
            thresholds[label] = others + (least - others) * (1 - tolerance) / 2
    return thresholds

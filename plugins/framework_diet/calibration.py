"""How sure a model may be, judged by messages that one like it has not seen: temperature scaling (arXiv 1706.04599)."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
import torch

from framework.ml.temperature import FEWEST_HELD_OUT, HELD_OUT_EVERY, fit_temperature, hold_out_to_calibrate
from framework_diet.examples import Examples, Ints
from framework_diet.model import DietModel

logger = logging.getLogger(__name__)

_AT_ONCE = 64


def calibration(learn: Callable[[Ints], DietModel], examples: Examples, name: str) -> float:
    """The factor for the logits of a model, by those of one that ``learn`` makes of four fifths of the examples.

    1 where fewer than forty examples can be held out, from which nothing can be told.
    """
    known = np.flatnonzero(examples.intents >= 0)
    parts = hold_out_to_calibrate(examples.intents[known], seed=0)
    if parts is None:
        logger.warning(
            "%s: too few examples to calibrate with; the confidences stay as they are. Add some until there are %d.",
            name,
            HELD_OUT_EVERY * FEWEST_HELD_OUT,
        )
        return 1.0
    held_out = known[parts[0]]
    model = learn(np.setdiff1d(np.arange(len(examples)), held_out))
    batches = np.array_split(held_out, np.arange(_AT_ONCE, len(held_out), _AT_ONCE))
    with torch.inference_mode():
        logits = np.concatenate([model.judge(examples.batch(part)).float().cpu().numpy() for part in batches])
    factor = 1 / fit_temperature(logits, examples.intents[held_out])
    logger.info("%s: calibrated on %d examples, logits times %.2f", name, len(held_out), factor)
    return factor

"""How sure a model may be, judged by messages that one like it has not seen: temperature scaling (arXiv 1706.04599)."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
import torch

from framework.ml.sampling import hold_out
from framework.ml.temperature import fit_temperature
from framework_diet.examples import Examples, Ints
from framework_diet.model import DietModel

logger = logging.getLogger(__name__)

HELD_OUT_EVERY = 5
FEWEST_HELD_OUT = 40
MOST_HELD_OUT = 2_000
_AT_ONCE = 64


def calibration(learn: Callable[[Ints], DietModel], examples: Examples, name: str) -> float:
    """The factor for the logits of a model, by those of one that ``learn`` makes of four fifths of the examples.

    1 where fewer than forty examples can be held out, from which nothing can be told.
    """
    known = np.flatnonzero(examples.intents >= 0)
    wanted = min(len(known) // HELD_OUT_EVERY, MOST_HELD_OUT)
    held_out = known[hold_out(examples.intents[known], wanted, np.random.default_rng(0))[0]]
    if len(held_out) < FEWEST_HELD_OUT:
        logger.warning("%s: too few examples to calibrate with; the confidences stay as they are", name)
        return 1.0
    model = learn(np.setdiff1d(np.arange(len(examples)), held_out))
    parts = np.array_split(held_out, np.arange(_AT_ONCE, len(held_out), _AT_ONCE))
    with torch.inference_mode():
        logits = np.concatenate([model.judge(examples.batch(part)).float().cpu().numpy() for part in parts])
    factor = 1 / fit_temperature(logits, examples.intents[held_out])
    logger.info("%s: calibrated on %d examples, logits times %.2f", name, len(held_out), factor)
    return factor

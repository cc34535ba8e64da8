"""A linear model of an earlier training, as the beginning of the next."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from framework.api import FeatureBlock
from framework.ml.growth import new_places, transplant
from framework_text.linear_model import LinearModel

INTENTS_FILE = "intents.json"
TRAINING_FILE = "training.json"

Widths = Sequence[tuple[str, int]]
"""The name of each block, and its columns."""

Weights = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""Coefficients (C, D) and intercepts (C,); C is 1 for two classes."""


@dataclass(frozen=True, slots=True)
class EarlierLinearModel:
    """The model, the intents that it tells apart, how wide the blocks are that it read, and its temperature."""

    model: LinearModel
    intents: list[str]
    widths: Widths
    temperature: float

    @staticmethod
    def save(directory: Path, widths: Widths, temperature: float) -> None:
        """Writes what the next training needs beside the model and the intents."""
        description = {"widths": widths, "temperature": temperature}
        (directory / TRAINING_FILE).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, directory: Path) -> Self | None:
        """Reads the model; None where there was nothing to learn."""
        intents = json.loads((directory / INTENTS_FILE).read_text(encoding="utf-8"))
        if not intents:
            return None
        description = json.loads((directory / TRAINING_FILE).read_text(encoding="utf-8"))
        return cls(LinearModel.load(directory), intents, description["widths"], description["temperature"])

    def weights(self, intents: Sequence[str], widths: Widths) -> Weights:
        """The weights for other intents and columns, 0 for new ones."""
        columns = new_places(_columns(self.widths), _columns(widths))
        places = new_places(self.intents, intents)
        coefficients, intercepts = np.zeros((len(_columns(widths)), len(intents))), np.zeros(len(intents))
        transplant(coefficients, self.model.coefficients * self.temperature, {0: columns, 1: places})
        transplant(intercepts, self.model.intercepts * self.temperature, {0: places})
        if len(intents) == 2:
            return (coefficients[:, 1:] - coefficients[:, :1]).T, intercepts[1:] - intercepts[:1]
        return np.ascontiguousarray(coefficients.T), intercepts


def widths_of(blocks: Sequence[FeatureBlock]) -> Widths:
    """How many columns of features of messages each block has."""
    return [(block.origin, block.sentence.shape[1]) for block in blocks if block.sentence is not None]


def _columns(widths: Widths) -> list[tuple[str, int, int]]:
    """Names of the columns: the block, the how many-th of that name it is, and the place in it."""
    counts: Counter[str] = Counter()
    columns: list[tuple[str, int, int]] = []
    for origin, width in widths:
        columns += [(origin, counts[origin], column) for column in range(width)]
        counts[origin] += 1
    return columns

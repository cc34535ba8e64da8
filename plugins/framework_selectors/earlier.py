"""A selector of an earlier training, and how its weights get into one that has more or other answers and words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from framework.ml.features import PartReader
from framework.ml.growth import GONE, column_names, new_places, transplant_module, transplant_tensor
from framework.ml.weights import Arrays, load_arrays
from framework_selectors.answers import Answers

if TYPE_CHECKING:
    from framework_selectors.trainer import SelectorModel


@dataclass(frozen=True, slots=True)
class EarlierSelector:
    """What the selector saved. ``table`` is that of the linear expert beside that of the embedding."""

    answers: Answers
    reader: PartReader
    table: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    state: Arrays

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Reads what the selector saved; None where there was nothing to learn."""
        description = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
        if "shape" not in description:
            return None
        arrays = load_arrays(folder / "tables.safetensors")
        return cls(
            Answers(tuple(map(tuple, description["answers"]))),
            PartReader.from_arrays("sentence", description["featurizers"], arrays),
            arrays["table"],
            load_arrays(folder / "network.safetensors"),
        )

    def hand_over(self, model: SelectorModel, answers: Answers, reader: PartReader) -> None:
        """Overwrites the weights of a fresh model, as far as they were learned before."""
        columns = new_places(column_names(self.reader), column_names(reader))
        places, split = self._places(answers), len(self.answers)
        transplant_tensor(model.expert.table, self.table[:, :split], {0: columns, 1: places})
        transplant_tensor(model.embedding.table, self.table[:, split:], {0: columns})
        moves = {f"{layer}.{part}": {0: places} for layer in ("linear", "out") for part in ("weight", "bias")}
        transplant_module(model.network, self.state, moves)

    def _places(self, answers: Answers) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The new number of each answer: of one that has any of its response keys, each used once."""
        number_of = {key: number for number, keys in enumerate(answers.keys) for key in keys}
        places, used = [], {GONE}
        for keys in self.answers.keys:
            place = next((number_of[key] for key in keys if key in number_of), GONE)
            places.append(GONE if place in used else place)
            used.add(place)
        return np.array(places, dtype=np.int64)

"""A linear-chain conditional random field at work: numpy alone (Lafferty, McCallum and Pereira 2001)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from framework.api import SparseRows
from framework.ml.rows import times
from framework.ml.viterbi import viterbi
from framework.ml.weights import load_arrays, save_arrays
from framework_crf.observations import Observations

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

UNLIKELY = -50.0
"""Scores further below the best make no difference, except that the processor is slow with the tiniest numbers."""


@dataclass(frozen=True, slots=True)
class LinearChain:
    """Scores the tags ``0..C-1`` of tokens by what is observed, and of neighbours by each other."""

    attributes: list[str]  # [A]
    weights: Floats  # [A, C]
    dense: Floats  # [D, C] weights of dense features
    transitions: Floats  # [C, C] from row to column
    start: Floats  # [C]
    end: Floats  # [C]
    rows: dict[str, int] = field(init=False)
    follows: Doubles = field(init=False)  # [C, C] exponentials of the transitions

    def __post_init__(self) -> None:
        object.__setattr__(self, "follows", np.exp(self.transitions, dtype=np.float64))
        object.__setattr__(self, "rows", {attribute: row for row, attribute in enumerate(self.attributes)})

    def emissions(self, seen: Observations) -> Floats:
        """The score of each tag for each token, ``[T, C]``."""
        rows = [[self.rows[name] for name in names if name in self.rows] for names in seen.attributes]
        scores: Floats = times(SparseRows.of_ones(rows, len(self.attributes)), self.weights)
        return scores if seen.dense is None or not len(self.dense) else scores + seen.dense @ self.dense

    def best(self, emissions: Floats, offsets: Ints) -> Ints:
        """The most probable tags, ``[T]``."""
        return viterbi(emissions, offsets, self.transitions, self.start, self.end)

    def probabilities(self, emissions: Floats) -> Floats:
        """How probable each tag is for each token of one message, ``[n, C]``: the forward-backward algorithm.

        Every step is scaled to sum up to 1, which keeps the numbers of long messages in range (Rabiner 1989).
        """
        likely = np.exp(np.maximum(emissions - emissions.max(axis=1, keepdims=True), UNLIKELY), dtype=np.float64)
        begins, ends = np.exp(self.start, dtype=np.float64), np.exp(self.end, dtype=np.float64)
        forward, backward = np.empty_like(likely), np.empty_like(likely)
        forward[0] = _scaled(begins * likely[0])
        for place in range(1, len(likely)):
            forward[place] = _scaled((forward[place - 1] @ self.follows) * likely[place])
        backward[-1] = _scaled(ends)
        for place in range(len(likely) - 2, -1, -1):
            backward[place] = _scaled(self.follows @ (likely[place + 1] * backward[place + 1]))
        joint = forward * backward
        shares: Floats = np.apply_along_axis(_scaled, 1, joint).astype(np.float32)
        return shares

    def save(self, directory: Path, name: str) -> None:
        """Writes ``name.json`` and ``name.safetensors``."""
        (directory / f"{name}.json").write_text(json.dumps(self.attributes, ensure_ascii=False), encoding="utf-8")
        parts = ("weights", "dense", "transitions", "start", "end")
        save_arrays({part: getattr(self, part) for part in parts}, directory / f"{name}.safetensors")

    @classmethod
    def load(cls, directory: Path, name: str) -> Self:
        """Reads what :meth:`save` wrote."""
        attributes = json.loads((directory / f"{name}.json").read_text(encoding="utf-8"))
        return cls(attributes, **load_arrays(directory / f"{name}.safetensors"))


def _scaled(values: Doubles) -> Doubles:
    scaled: Doubles = values / max(values.sum(), np.finfo(np.float64).tiny)
    return scaled

"""Windows: the latest states of a conversation, oldest first, as the network looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Windows:
    """``B`` windows of at most ``L`` of ``U`` different states, each stored once however often it occurs."""

    places: Ints  # [B, L] the number of the state; 0 where the window is shorter
    lengths: Ints  # [B] at least 1

    @classmethod
    def of(cls, windows: Sequence[Sequence[int]]) -> Windows:
        """Lays out windows given as numbers of states."""
        lengths = np.asarray([len(window) for window in windows], dtype=np.int64)
        present = np.arange(lengths.max(initial=1)) < lengths[:, None]
        places = np.zeros(present.shape, dtype=np.int64)
        places[present] = np.fromiter((number for window in windows for number in window), np.int64, lengths.sum())
        return cls(places, lengths)

    @classmethod
    def whole(cls, length: int) -> Windows:
        """One window of the states 0 to ``length``."""
        return cls(np.arange(length)[None], np.asarray([length]))

    def __len__(self) -> int:
        return len(self.lengths)

    def take(self, wanted: Ints) -> Windows:
        """Some of the windows, no wider than these need."""
        lengths = self.lengths[wanted]
        return Windows(self.places[wanted, : lengths.max(initial=1)], lengths)

    def compact(self) -> tuple[Windows, Ints]:
        """The same windows over only those states that occur in them, and the former numbers of these."""
        present = np.arange(self.places.shape[1]) < self.lengths[:, None]
        used, numbers = np.unique(self.places[present], return_inverse=True)
        places = np.zeros_like(self.places)
        places[present] = numbers
        return Windows(places, self.lengths), used

    def inputs(self) -> dict[str, npt.NDArray[np.generic]]:
        """The arrays by the names that the network gives its inputs.

        ``ages`` says how many states ago a state was; ``mask`` is 0 where there is a state, a large negative number
        elsewhere; ``latest`` is the number of each window's last state.
        """
        ages = self.lengths[:, None] - 1 - np.arange(self.places.shape[1])
        mask: Floats = np.where(ages >= 0, 0, -1e9).astype(np.float32)
        return {
            "places": self.places,
            "ages": np.maximum(ages, 0),
            "mask": mask,
            "latest": self.places[np.arange(len(self)), self.lengths - 1],
            "lengths": self.lengths.astype(np.int32),
        }

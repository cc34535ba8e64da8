"""Where the tokens of some texts are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from framework.api import Tokens
from framework.ml.packing import take

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spans:
    """The first and one past the last character of each token; those of text ``i`` at ``offsets[i]:offsets[i + 1]``."""

    offsets: Ints  # [texts + 1]
    starts: Ints  # [T]
    ends: Ints  # [T]

    @classmethod
    def of(cls, tokens: Tokens) -> Self:
        """The spans of a batch's tokens."""
        return cls(tokens.offsets, np.asarray(tokens.starts, np.int64), np.asarray(tokens.ends, np.int64))

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, texts: Ints) -> Self:
        """The spans of these texts, in this order."""
        places, offsets = take(self.offsets, texts)
        return type(self)(offsets, self.starts[places], self.ends[places])

    def places(self, texts: Ints) -> Ints:
        """The numbers of the tokens of these texts, in this order."""
        return take(self.offsets, texts)[0]

    def owners(self) -> Ints:
        """The text of each token, ``[T]``."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

"""The batches of an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from framework.nlu.features import Ints

BatchT = TypeVar("BatchT")
BatchT_co = TypeVar("BatchT_co", covariant=True)


class Batches(Protocol[BatchT_co]):
    """Batches in the order in which they are learned, such as a list of them."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[BatchT_co]:
        """Goes through them once."""


@dataclass(frozen=True, slots=True)
class BatchesOnDemand(Generic[BatchT]):
    """Makes each batch when its turn comes, so that an epoch needs no more memory than one batch.

    ``parts`` are the numbers of the examples of each batch.
    """

    parts: Sequence[Ints]
    make: Callable[[Ints], BatchT]

    def __len__(self) -> int:
        return len(self.parts)

    def __iter__(self) -> Iterator[BatchT]:
        return map(self.make, self.parts)

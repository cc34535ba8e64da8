"""Mentions of entities that stand in for one another in training: mention replacement (Dai and Adel 2020, 2010.11683).

A bot's examples name few of the many cities, titles and dishes that its users will. Reading "a table in Oslo" with the
tokens of other cities teaches which words come before and after a city, and how long a city is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from framework.ml.annotations import TokenTags
from framework.ml.tagging import TagScheme

Ints = npt.NDArray[np.int64]

EXCHANGED = 0.5
"""Share of the mentions that are exchanged each time a message is learned."""


class Kind(NamedTuple):
    """Only mentions of the same kind are exchanged. The intent keeps titles of films out of what is played as music."""

    label: str
    role: int
    group: int
    intent: int


class Mention(NamedTuple):
    """The tokens from ``first`` up to ``end`` of the training data."""

    first: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Mentions:
    """The mentions in each message, in order, and the ``[first, end]`` of all of each kind."""

    of_message: dict[int, list[Mention]]
    of_kind: dict[Kind, Ints]

    @classmethod
    def find(cls, offsets: Ints, known: TokenTags, intents: Ints, scheme: TagScheme, chosen: Ints) -> Self:
        """Those in the chosen messages, whose tokens are at ``offsets``."""
        of_message: dict[int, list[Mention]] = {}
        of_kind: defaultdict[Kind, list[tuple[int, int]]] = defaultdict(list)
        for message in chosen.tolist():
            start, end = int(offsets[message]), int(offsets[message + 1])
            for label, first, last in scheme.decode(known.tags[start:end], start):
                kind = Kind(label, int(known.roles[first]), int(known.groups[first]), int(intents[message]))
                of_message.setdefault(message, []).append(Mention(first, last + 1, kind))
                of_kind[kind].append((first, last + 1))
        return cls(of_message, {kind: np.array(places) for kind, places in of_kind.items()})

    def exchange(self, offsets: Ints, wanted: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """The places of the wanted messages' tokens with some mentions exchanged, and these messages' own offsets."""
        messages = [list(self._parts(message, offsets, rng)) for message in wanted.tolist()]
        lengths = [sum(end - first for first, end in parts) for parts in messages]
        places = [np.arange(first, end) for parts in messages for first, end in parts]
        return np.concatenate(places), np.concatenate(([0], np.cumsum(lengths)))

    def _parts(self, message: int, offsets: Ints, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
        at = int(offsets[message])
        for first, end, kind in self.of_message.get(message, ()):
            if rng.random() < EXCHANGED:
                yield at, first
                others = self.of_kind[kind]
                start, stop = others[rng.integers(len(others))].tolist()
                yield start, stop
                at = end
        yield at, int(offsets[message + 1])

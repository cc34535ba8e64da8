"""How the tokens of a batch lie side by side without padding, and where attention and pooling find them.

Tokens stay packed, ``[T, D]``, through every layer that treats them one by one; only attention looks at them as
``[S, L]``, segments by places. A message longer than the window is cut into several segments of about the same
length, so that the cost of attention grows linearly with the length of a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from framework.nlu.features import Floats, Ints, runs_taken

WINDOW = 128
"""The most tokens that attend to one another."""


@dataclass(frozen=True, slots=True)
class Packing:
    """The places of ``T`` packed tokens of ``B`` messages. The place ``T`` means "no token".

    The arrays are not to be changed: those of a lone message are kept for the next one of its length.
    """

    types: Ints  # [T] the type of each token: here, each its own
    previous: Ints  # [T] the place of the token before, in the same message
    following: Ints  # [T]
    padded: Ints  # [S, L] the place of each token of a segment
    packed: Ints  # [T] where token t lies in the flattened [S * L]
    mask: Floats  # [S, L] 0 where there is a token, a large negative number elsewhere
    members: Floats  # [B, T] 1 where the token belongs to the message

    def inputs(self) -> dict[str, npt.NDArray[np.generic]]:
        """The arrays by the names that exported graphs give their inputs."""
        return {
            "types": self.types,
            "previous": self.previous,
            "following": self.following,
            "padded": self.padded,
            "packed": self.packed,
            "mask": self.mask,
            "members": self.members,
        }


def pack(offsets: Ints, window: int = WINDOW) -> Packing:
    """Lays out messages whose tokens are at ``offsets[i]:offsets[i + 1]``; offsets begin with 0."""
    if len(offsets) == 2 and offsets[1] <= window:
        return _pack_one(int(offsets[1]), window)
    return _pack(offsets, window)


@lru_cache
def _pack_one(tokens: int, window: int) -> Packing:
    return _pack(np.array([0, tokens]), window)


def _pack(offsets: Ints, window: int) -> Packing:
    lengths = np.diff(offsets)
    total = int(offsets[-1])
    places = np.arange(total)
    previous, following = places - 1, places + 1
    filled = lengths > 0
    previous[offsets[:-1][filled]] = total
    following[offsets[1:][filled] - 1] = total

    starts, sizes = _segments(offsets, window)
    longest = int(sizes.max(initial=1))
    steps = np.arange(longest)
    present = steps < sizes[:, None]
    members = np.zeros((len(lengths), total), dtype=np.float32)
    members[np.repeat(np.arange(len(lengths)), lengths), places] = 1
    return Packing(
        types=places,
        previous=previous,
        following=following,
        padded=np.where(present, starts[:, None] + steps, total),
        packed=np.flatnonzero(present),
        mask=np.where(present, 0, -1e9).astype(np.float32),
        members=members,
    )


def _segments(offsets: Ints, window: int) -> tuple[Ints, Ints]:
    lengths = np.diff(offsets)
    if lengths.max(initial=0) <= window:
        return offsets[:-1], lengths
    bounds = [
        np.linspace(start, start + length, max(1, -(-length // window)) + 1).astype(np.int64)
        for start, length in zip(offsets[:-1], lengths, strict=True)
    ]
    return np.concatenate([bound[:-1] for bound in bounds]), np.concatenate([np.diff(bound) for bound in bounds])


def take(offsets: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """The places of the wanted messages' tokens, in that order, and these messages' own offsets."""
    return runs_taken(offsets, wanted)


def chunks(lengths: Ints, most_tokens: int = 2048) -> Iterator[Ints]:
    """Splits messages into groups of similar length, of at most so many tokens each, to bound memory."""
    order = np.argsort(lengths, kind="stable")
    first = tokens = 0
    for place, length in enumerate(np.maximum(lengths[order], 1).tolist()):
        if place > first and tokens + length > most_tokens:
            yield order[first:place]
            first, tokens = place, 0
        tokens += length
    if len(order):
        yield order[first:]

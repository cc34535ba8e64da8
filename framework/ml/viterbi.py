"""The most probable tag sequence of a linear-chain CRF, in numpy (Viterbi 1967)."""

from __future__ import annotations

import numpy as np

from framework.nlu.features import Floats, Ints

_CACHED = 100_000
"""Numbers that stay in the processor's cache while they are worked on."""


def viterbi(emissions: Floats, offsets: Ints, transitions: Floats, start: Floats, end: Floats) -> Ints:
    """Decodes packed messages at once.

    Args:
        emissions: Scores of each tag for each token, ``[T, C]``.
        offsets: Where the messages begin and end, ``[B + 1]``.
        transitions: Score of going from one tag (row) to the next (column), ``[C, C]``.
        start: Score of a tag at the beginning of a message, ``[C]``.
        end: Score of a tag at the end of a message, ``[C]``.

    Returns:
        The tag of every token, ``[T]``.
    """
    lengths = np.diff(offsets)
    order = np.argsort(-lengths, kind="stable")
    order = order[: int((lengths > 0).sum())]  # longest first, so that the live messages of a step are a prefix
    tags = np.zeros(int(offsets[-1]), dtype=np.int64)
    if not len(order):
        return tags
    first, sizes = offsets[:-1][order], lengths[order]
    live_at = np.searchsorted(-sizes, -np.arange(int(sizes[0])), side="left")

    scores = emissions[first] + start  # (B, C)
    before: list[Floats] = []
    rows = max(1, _CACHED // transitions.size)
    for step in range(1, int(sizes[0])):
        live = int(live_at[step])
        before.append(scores[:live].copy())
        for at in range(0, live, rows):
            part = scores[at : min(at + rows, live)]
            part[:] = (part[:, :, None] + transitions).max(axis=1)  # (B, C from, C to) to (B, C)
        scores[:live] += emissions[first[:live] + step]

    tag = (scores + end).argmax(axis=1)
    for step in range(int(sizes[0]) - 1, 0, -1):
        live = int(live_at[step])
        tags[first[:live] + step] = tag[:live]
        tag[:live] = (before[step - 1] + transitions[:, tag[:live]].T).argmax(axis=1)
    tags[first] = tag
    return tags

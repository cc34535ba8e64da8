"""In which order examples are learned, and what gibberish looks like beside them."""

from __future__ import annotations

import numpy as np

from framework.nlu.features import Ints, SparseRows

_NOISE_SHARE = 0.06
_NOISE_LENGTH = 0.3
"""The most entries of a row of noise, as a share of the mean of real rows."""


def spread(labels: Ints, rng: np.random.Generator) -> Ints:
    """A random order of the examples in which those of each label come at even distances."""
    shuffled = rng.permutation(len(labels))
    chosen = labels[shuffled]
    by_label = np.argsort(chosen, kind="stable")
    _, starts, counts = np.unique(chosen[by_label], return_index=True, return_counts=True)
    rank = np.arange(len(labels)) - np.repeat(starts, counts)
    position = np.empty(len(labels))
    position[by_label] = (rank + rng.random(len(labels))) / np.repeat(counts, counts)
    return shuffled[np.argsort(position, kind="stable")]


def hold_out(labels: Ints, count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Examples to validate on, in proportion to their labels, and those to learn from: at least one of each label."""
    everything = np.arange(len(labels))
    if not count:
        return everything[:0], everything
    order = spread(labels, rng)
    _, first = np.unique(labels[order], return_index=True)
    spare = np.delete(order, first)
    held_out = spare[: min(count, len(spare))]
    return np.sort(held_out), np.setdiff1d(everything, held_out)


def batch_sizes(wanted: int | tuple[int, int] | None, examples: int) -> tuple[int, int]:
    """The sizes of the first and of the last epoch's batches; by the number of examples where none is wanted."""
    if isinstance(wanted, tuple):
        return wanted
    size = wanted or int(2 ** np.clip(np.floor(np.log2(max(1, examples / 16))), 4, 6))
    return size, size


def noise_for(examples: int) -> int:
    """How many rows of noise go with so many examples."""
    return max(1, round(_NOISE_SHARE * examples))


def with_noise(rows: SparseRows, count: int, rng: np.random.Generator) -> SparseRows:
    """The rows, and as many more with a few entries taken from any of them: what gibberish looks like."""
    longest = int(_NOISE_LENGTH * len(rows.indices) / max(1, rows.shape[0]))
    lengths = rng.integers(0, longest + 1, size=count)
    picked = rng.integers(0, max(1, len(rows.indices)), size=int(lengths.sum()))
    return SparseRows(
        np.concatenate((rows.indptr, rows.indptr[-1] + np.cumsum(lengths))),
        np.concatenate((rows.indices, rows.indices[picked])),
        np.concatenate((rows.data, rows.data[picked])),
        rows.width,
    )

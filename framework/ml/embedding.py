"""From the sparse features of a batch to dense rows: what repeats is multiplied with the table once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from framework.ml.features import PartReader
from framework.ml.row_memory import RowMemory
from framework.ml.rows import times
from framework.ml.scaling import weighted
from framework.nlu.batch import MessageBatch
from framework.nlu.features import Floats, Ints, SparseRows
from framework.nlu.keyed_rows import Key, KeyedRows, Repeats

Blocks = dict[str, SparseRows]
"""Sparse rows by origin."""
Group = dict[str, KeyedRows]
"""Blocks by origin whose rows have the same keys."""
Memories = dict[tuple[str, ...], RowMemory]


@dataclass(frozen=True, slots=True)
class TokenEmbedding:
    """Multiplies the scaled features of tokens with a table ``[sparse columns, dim]``."""

    reader: PartReader
    table: Floats
    _memories: Memories = field(default_factory=dict, init=False, repr=False, compare=False)

    def types(self, batch: MessageBatch, tokens: int) -> tuple[Floats, Ints]:
        """The rows of the different ones of that many tokens, ``[types, dim]``, and the type of each, ``[tokens]``."""
        blocks = self.reader.sparse_rows(batch)
        groups, others = _by_keys(blocks)
        if not groups:
            return _together(self.reader, blocks, self.table, tokens), np.arange(tokens)
        total, *parts = [self._of_group(group) for group in groups]
        parts += [(part, np.arange(tokens)) for part in _one_by_one(self.reader, others, self.table)]
        for part in parts:
            total = _added(total, part)
        return total

    def _of_group(self, group: Group) -> tuple[Floats, Ints]:
        repeats = _used(group)
        memory = self._memories.setdefault(tuple(group), RowMemory())
        return memory.rows(repeats.keys, lambda keys: self._of_keys(group, keys)), repeats.numbers

    def _of_keys(self, group: Group, keys: Sequence[Key]) -> Floats:
        rows = [self.reader.scaled(origin, keyed.rows_of(keys)) for origin, keyed in group.items()]
        total, *parts = [times(each, self.table) for each in rows]
        return sum(parts, total)


@dataclass(frozen=True, slots=True)
class MessageEmbedding:
    """Multiplies the scaled features of messages with a table ``[sparse columns, dim]``.

    How a message is scaled depends on all of its words, so words are multiplied first, and then weighted.
    """

    reader: PartReader
    table: Floats
    _memories: Memories = field(default_factory=dict, init=False, repr=False, compare=False)

    def rows(self, batch: MessageBatch) -> Floats:
        """A row for each message, ``[messages, dim]``."""
        blocks = self.reader.sparse_rows(batch)
        groups, others = _by_keys(blocks)
        if not groups:
            return _together(self.reader, blocks, self.table, len(batch))
        total, *parts = [self._of_group(group) for group in groups]
        for part in (*parts, *_one_by_one(self.reader, others, self.table)):
            total += part
        return total

    def _of_group(self, group: Group) -> Floats:
        dim = self.table.shape[1]
        repeats = _used(group)
        memory = self._memories.setdefault(tuple(group), RowMemory())
        of_keys = memory.rows(repeats.keys, lambda keys: self._of_keys(group, keys)).reshape(-1, dim + 1)
        squares = of_keys[:, dim].reshape(-1, len(group))
        return times(self._weights(group, repeats, squares), of_keys)[:, :dim]

    def _of_keys(self, group: Group, keys: Sequence[Key]) -> Floats:
        """Of each key and block the weighted sum of the table's rows, and the square of the weights' length."""
        dim = self.table.shape[1]
        found = np.empty((len(keys), len(group), dim + 1), np.float32)
        for place, (origin, keyed) in enumerate(group.items()):
            rows = keyed.rows_of(keys)
            values = weighted(rows, self.reader.sparse_scales[origin].weights)
            found[:, place, dim] = _sums(values * values, rows.indptr)
            of_table = self.reader.in_table(origin, SparseRows(rows.indptr, rows.indices, values, rows.width))
            found[:, place, :dim] = times(of_table, self.table)
        return found.reshape(len(keys), -1)

    def _weights(self, group: Group, repeats: Repeats[Key], squares: Floats) -> SparseRows:
        """For each message the weights of its words' rows, of which there is one for every block."""
        blocks, offsets = len(group), next(iter(group.values())).offsets
        floors = [self.reader.sparse_scales[origin].floor for origin in group]
        norms = np.sqrt(_sums(squares[repeats.numbers], offsets))
        weights = (1 / np.maximum(norms, floors)).astype(np.float32)  # (B, blocks)
        return SparseRows(
            offsets * blocks,
            (repeats.numbers[:, None] * blocks + np.arange(blocks)).ravel(),
            weights.repeat(np.diff(offsets), axis=0).ravel(),
            len(repeats.keys) * blocks,
        )


def _by_keys(blocks: Blocks) -> tuple[list[Group], Blocks]:
    """The blocks whose rows are known by keys, those with the same keys together, and the other blocks."""
    groups: list[Group] = []
    others: Blocks = {}
    for origin, rows in blocks.items():
        if not isinstance(rows, KeyedRows):
            others[origin] = rows
            continue
        same = (group for group in groups if rows.has_keys_of(next(iter(group.values()))))
        group = next(same, None)
        if group is None:
            groups.append({origin: rows})
        else:
            group[origin] = rows
    return groups, others


def _used(group: Group) -> Repeats[Key]:
    """The keys of a group, without those that a part of a larger batch does not have."""
    repeats = next(iter(group.values())).repeats
    if len(repeats.keys) <= len(repeats.numbers):
        return repeats
    used, numbers = np.unique(repeats.numbers, return_inverse=True)
    return Repeats([repeats.keys[number] for number in used.tolist()], numbers)


def _together(reader: PartReader, blocks: Blocks, table: Floats, rows: int) -> Floats:
    """All blocks times the table: for few rows, in which little repeats, that takes the fewest calls."""
    sparse = reader.together(blocks)
    return times(sparse, table) if sparse is not None else np.zeros((rows, table.shape[1]), np.float32)


def _one_by_one(reader: PartReader, blocks: Blocks, table: Floats) -> list[Floats]:
    """Each block that has entries times the table."""
    return [times(reader.scaled(origin, rows), table) for origin, rows in blocks.items() if len(rows.indices)]


def _added(one: tuple[Floats, Ints], other: tuple[Floats, Ints]) -> tuple[Floats, Ints]:
    """Adds rows that are given by types: each combination of types is a type of the sum."""
    (rows, types), (more_rows, more_types) = one, other
    together = Repeats.of((types * len(more_rows) + more_types).tolist())
    first, second = np.divmod(np.array(together.keys), len(more_rows))
    return rows[first] + more_rows[second], together.numbers


def _sums(values: Floats, offsets: Ints) -> Floats:
    """The sums of runs of neighbours, in double precision, where a difference of running sums is as good as a sum."""
    running = np.zeros((len(values) + 1, *values.shape[1:]))
    np.cumsum(values, axis=0, dtype=np.float64, out=running[1:])
    sums: Floats = (running[offsets[1:]] - running[offsets[:-1]]).astype(np.float32)
    return sums

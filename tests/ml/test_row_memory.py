from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framework.ml.row_memory import LONGEST_KEY, RowMemory
from framework.nlu.features import Floats
from framework.nlu.keyed_rows import Key

ROW_BYTES = 4 * 8


class Lengths:
    """Gives a word the row of its length, eight times."""

    def __init__(self) -> None:
        self.asked: list[list[Key]] = []

    def __call__(self, keys: Sequence[Key]) -> Floats:
        self.asked.append([*keys])
        return np.repeat(np.array([[len(key)] for key in keys], np.float32), 8, axis=1)


def test_what_is_remembered_is_not_asked_for_again() -> None:
    memory, find = RowMemory(), Lengths()
    assert memory.rows(["a", "bb"], find)[:, 0].tolist() == [1, 2]
    assert memory.rows(["ccc", "bb", "a", "ccc"], find)[:, 0].tolist() == [3, 2, 1, 3]
    assert find.asked == [["a", "bb"], ["ccc", "ccc"]]


def test_the_memory_stays_within_its_bound() -> None:
    memory, find = RowMemory(most_bytes=10 * ROW_BYTES), Lengths()
    for number in range(100):
        memory.rows([f"word {number}"], find)
        assert len(memory) <= 10


def test_what_comes_again_and_again_is_kept() -> None:
    memory, find = RowMemory(most_bytes=10 * ROW_BYTES), Lengths()
    for number in range(100):
        memory.rows(["often", f"word {number}"], find)
    assert sum(keys.count("often") for keys in find.asked) == 1


def test_more_rows_than_there_is_room_for_are_found_at_once() -> None:
    words = ["x" * length for length in range(1, 31)]
    memory = RowMemory(most_bytes=10 * ROW_BYTES)
    for _ in range(2):
        assert memory.rows(words, Lengths())[:, 0].tolist() == [*range(1, 31)]


def test_long_keys_are_not_remembered() -> None:
    memory = RowMemory()
    memory.rows(["x" * (LONGEST_KEY + 1)], Lengths())
    assert len(memory) == 0

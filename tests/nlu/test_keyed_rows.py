from __future__ import annotations

import numpy as np

from framework.nlu.features import Ints, SparseRows
from framework.nlu.keyed_rows import KeyedRows, Repeats

WORDS = ["my", "card", "is", "my", "card"]
COLUMNS = {"my": [0], "card": [1, 2, 2], "is": []}


def find(word: str) -> Ints:
    return np.array(COLUMNS[word], np.int64)


def keyed() -> KeyedRows:
    return KeyedRows.of_each(Repeats.of(WORDS), find, 3)


def plain() -> SparseRows:
    return SparseRows.of_ones([COLUMNS[word] for word in WORDS], 3)


def test_things_are_numbered_as_they_come() -> None:
    repeats = Repeats.of(WORDS)
    assert repeats.keys == ["my", "card", "is"]
    assert repeats.numbers.tolist() == [0, 1, 2, 0, 1]


def test_rows_known_by_keys_are_the_rows_spelled_out() -> None:
    assert keyed().shape == plain().shape
    assert keyed().to_dense().tolist() == plain().to_dense().tolist()
    assert keyed().rows_of(["card", "my"]).to_dense().tolist() == [[0, 1, 2], [1, 0, 0]]


def test_rows_are_merged_picked_and_cut_without_being_spelled_out() -> None:
    bounds, wanted = np.array([0, 2, 2, 5]), np.array([2, 0])
    merged = keyed().merge(bounds)
    assert merged.to_dense().tolist() == plain().merge(bounds).to_dense().tolist()
    assert merged.rows(wanted).to_dense().tolist() == plain().merge(bounds).rows(wanted).to_dense().tolist()
    assert merged.between(1, 3).to_dense().tolist() == plain().merge(bounds).between(1, 3).to_dense().tolist()
    assert isinstance(merged.rows(wanted), KeyedRows)


def test_a_row_is_looked_up_only_when_it_is_asked_for() -> None:
    asked: list[str] = []

    def listening(word: str) -> Ints:
        asked.append(word)
        return find(word)

    rows = KeyedRows.of_each(Repeats.of(WORDS), listening, 3).merge(np.array([0, 5]))
    assert asked == []
    assert rows.indices.tolist() == plain().indices.tolist()
    assert rows.data.tolist() == [1.0] * len(plain().indices)
    assert asked == WORDS


def test_blocks_of_the_same_words_are_told_from_blocks_of_others() -> None:
    repeats = Repeats.of(WORDS)
    one, other = KeyedRows.of_each(repeats, find, 3), KeyedRows.of_each(repeats, find, 3)
    assert one.has_keys_of(other)
    assert one.rows(np.array([1])).has_keys_of(other.rows(np.array([1])))
    assert not one.has_keys_of(other.merge(np.array([0, 5])))
    assert not one.has_keys_of(keyed())

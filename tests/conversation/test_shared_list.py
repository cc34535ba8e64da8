from __future__ import annotations

import random

import pytest

from framework.conversation.shared_list import SharedList


@pytest.mark.parametrize("seed", range(10))
def test_it_is_what_a_list_is(seed: int) -> None:
    chance = random.Random(seed)
    shared: SharedList[int] = SharedList()
    plain: list[int] = []
    for _ in range(400):
        for _ in range(chance.randrange(5)):
            item = chance.randrange(1000)
            shared.append(item)
            plain.append(item)
        if chance.random() < 0.1:
            length = chance.randrange(len(plain) + 2)
            shared.truncate(length)
            del plain[length:]
        if plain and chance.random() < 0.3:
            assert shared.pop() == plain.pop()
        start, stop = (chance.randrange(-len(plain) - 2, len(plain) + 3) for _ in range(2))
        assert shared[start:stop] == plain[start:stop]
        assert shared[start:stop:2] == plain[start:stop:2]
    assert shared == plain
    assert list(reversed(shared)) == plain[::-1]
    assert (len(shared), shared.last) == (len(plain), plain[-1])
    assert [shared[place] for place in range(-len(plain), len(plain))] == plain * 2


@pytest.mark.parametrize("length", [0, 1, 127, 128, 129, 256, 300])
def test_items_beyond_its_ends_are_not_there(length: int) -> None:
    shared = SharedList(range(length))
    for place in (length, -length - 1, length + 500):
        with pytest.raises(IndexError):
            shared[place]


def test_nothing_can_be_taken_from_an_empty_list() -> None:
    with pytest.raises(IndexError):
        SharedList().pop()


@pytest.mark.parametrize("length", [0, 100, 128, 300])
def test_copies_go_their_own_ways(length: int) -> None:
    shared = SharedList(range(length))
    other = shared.copy()
    other.append(-1)
    shared.truncate(length // 2)
    shared.append(-2)
    assert list(other) == [*range(length), -1]
    assert list(shared) == [*range(length // 2), -2]


def test_it_equals_sequences_with_the_same_items_only() -> None:
    assert SharedList("ab") == ["a", "b"]
    assert SharedList("ab") != ["a"]
    assert SharedList("ab") != "ab"
    assert repr(SharedList("a")) == "SharedList(['a'])"

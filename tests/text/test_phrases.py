from __future__ import annotations

import time

import pytest

from framework_text.phrases import PhraseIndex


def found(phrases: list[str], text: str, *, case_sensitive: bool = False) -> list[str]:
    return [text[start:end] for start, end in PhraseIndex(phrases, case_sensitive=case_sensitive).find(text)]


@pytest.mark.parametrize(
    ("phrases", "text", "expected"),
    [
        (["new york", "rome"], "from Rome to New York.", ["Rome", "New York"]),
        (["rome"], "romeo, romes, _rome", []),
        (["new", "new york"], "new york", ["new"]),
        (["new york", "new"], "new york new", ["new york", "new"]),
        (["c++", "c"], "I like C++ and C", ["C++", "C"]),
        (["co-op"], "the co-op, not a co-operation", ["co-op"]),
        (["$5"], "give $5 not $50", ["$5"]),
        (["İzmir"], "İİ İzmir", ["İzmir"]),
        ([" padded ", ""], "a padded word", ["padded"]),
        (["你好"], "你好 世界", ["你好"]),
    ],
)
def test_phrases_are_found_as_whole_words(phrases: list[str], text: str, expected: list[str]) -> None:
    assert found(phrases, text) == expected


def test_case_can_matter() -> None:
    assert found(["Rome"], "rome Rome", case_sensitive=True) == ["Rome"]


def test_a_hundred_thousand_phrases_cost_a_message_nothing() -> None:
    index = PhraseIndex([f"street {number}" for number in range(100_000)] + ["broad way"], case_sensitive=False)
    started = time.perf_counter()
    for _ in range(1_000):
        list(index.find("please send it to street 99999 or the broad way in the old town"))
    assert time.perf_counter() - started < 0.5

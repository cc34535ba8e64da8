from __future__ import annotations

import random
import re

import pytest

from framework_text.phrases import Phrases, PhrasesAnywhere, WholePhrases


def found(
    phrases: list[str], text: str, *, case_sensitive: bool = False, kind: type[Phrases] = WholePhrases
) -> list[str]:
    return [text[start:end] for start, end in kind(phrases, case_sensitive=case_sensitive).find(text)]


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


@pytest.mark.parametrize(
    ("phrases", "text", "expected"),
    [
        (["北京", "北京大学"], "我在北京大学", ["北京"]),
        (["北京大学", "北京"], "我在北京大学和北京", ["北京大学", "北京"]),
        (["王", "李先生"], "李先生姓王", ["李先生", "王"]),
        (["rome"], "Romeo from ROME", ["Rome", "ROME"]),
        (["aa"], "aaaaa", ["aa", "aa"]),
        (["b", "abc"], "abcb", ["abc", "b"]),
        (["x y"], "ax yz", ["x y"]),
        (["", " "], "a b", []),
    ],
)
def test_phrases_are_found_inside_words_where_that_is_wanted(
    phrases: list[str], text: str, expected: list[str]
) -> None:
    assert found(phrases, text, kind=PhrasesAnywhere) == expected


@pytest.mark.parametrize("seed", range(5))
def test_phrases_anywhere_are_those_that_a_regular_expression_would_find(seed: int) -> None:
    chance = random.Random(seed)
    phrases = list({"".join(chance.choices("abc ", k=chance.randint(1, 5))).strip() for _ in range(20)} - {""})
    text = "".join(chance.choices("abc ", k=200))
    assert found(phrases, text, kind=PhrasesAnywhere) == re.findall("|".join(map(re.escape, phrases)), text)


@pytest.mark.parametrize("kind", [WholePhrases, PhrasesAnywhere])
def test_a_phrase_is_found_among_a_hundred_thousand(kind: type[Phrases]) -> None:
    index = kind([f"street {number}" for number in range(100_000)] + ["broad way"], case_sensitive=False)
    text = "please send it to street 99999 or the broad way in the old town"
    street, way = (text[start:end] for start, end, *_ in index.find(text))
    assert street.startswith("street 9")
    assert way == "broad way"

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from framework.nlu.batch import MessageBatch
from tests.assembling import make


def tokens(text: str, **config: object) -> list[str]:
    batch = MessageBatch.of([text])
    make("WhitespaceTokenizer", **config).process(batch)
    assert batch.tokens is not None
    for word, start, end in zip(batch.tokens.texts, batch.tokens.starts, batch.tokens.ends, strict=True):
        assert text[start:end] == word
    return batch.tokens.texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am so sad!", ["I", "am", "so", "sad"]),
        ("Forecast for lunch", ["Forecast", "for", "lunch"]),
        ("hey ńöñàśçií how're you?", ["hey", "ńöñàśçií", "how", "re", "you"]),
        ("50 クラシコス", ["50", "クラシコス"]),
        ("10'000.00 or 10,000.50", ["10'000.00", "or", "10,000.50"]),
        ("it costs $5 or -3 or €7", ["it", "costs", "$5", "or", "-3", "or", "€7"]),
        ("write to mark@example.com!", ["write", "to", "mark@example.com"]),
        ("http://www.ex.org/x?a=1&b=2#top now", ["http://www.ex.org/x?a=1&b=2#top", "now"]),
        ("(call me) 'maybe', \"please\"", ["call", "me", "maybe", "please"]),
        ("#tag @user R&D", ["#tag", "@user", "R&D"]),
        ("a.k.a. that-thing e.g.", ["a.k.a", "that-thing", "e.g"]),
        ("price: 3.5% off", ["price", "3.5", "off"]),
        ("hello 🙂 world 👩‍👩‍👧 ok❤️", ["hello", "world", "ok"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("안녕하세요 세계", ["안녕하세요", "세계"]),
        ("می‌خواهم", ["می‌خواهم"]),
        ("one\ttwo\nthree\u00a0four", ["one", "two", "three", "four"]),
    ],
)
def test_words_are_split_at_spaces_and_lose_their_punctuation(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize("text", [":)", "🙂", "🙂 👍", "...", "", "   ", "!!! ???"])
def test_a_text_of_which_nothing_is_left_is_one_token(text: str) -> None:
    assert tokens(text) == [text]


def test_a_pattern_splits_tokens_further() -> None:
    assert tokens("aarhus-city 12 ab", token_pattern=r"[a-z]+|\d+") == ["aarhus", "city", "12", "ab"]


def test_a_group_of_the_pattern_is_what_is_kept() -> None:
    assert tokens("id=5 name=x word", token_pattern=r"=(\w+)") == ["5", "x", "word"]


@pytest.mark.parametrize("pattern", ["(a)(b)", "("])
def test_a_pattern_that_cannot_work_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match="token_pattern"):
        make("WhitespaceTokenizer", token_pattern=pattern)


@pytest.mark.parametrize(
    "text", ["!" * 10_000, "a'" * 5_000, "'" * 9_999 + "a", "é" + "'" * 9_999 + "é", "😀" * 10_000]
)
@pytest.mark.timeout(10)
def test_long_runs_of_punctuation_are_gone_through_once(text: str) -> None:
    assert all(token in text for token in tokens(text))


def test_batches_keep_messages_apart() -> None:
    batch = MessageBatch.of(["good morning", "", "bye"])
    make("WhitespaceTokenizer").process(batch)
    assert batch.tokens is not None
    assert [batch.tokens.span_of(index) for index in range(3)] == [(0, 2), (2, 3), (3, 4)]


def test_the_config_can_be_written_as_json() -> None:
    config = make("WhitespaceTokenizer").config
    assert json.loads(config.model_dump_json())["intent_split_symbol"] == "_"

from __future__ import annotations

from typing import Any

import pytest

from framework.bot.nlu_data import LookupTable, NLUData, RegexPattern
from framework.errors import BotError, Location
from framework.nlu.batch import MessageBatch
from tests.assembling import make, train

NLU = NLUData(
    regexes=(RegexPattern(name="greeting", pattern="hey[^\\s]*"), RegexPattern(name="number", pattern=r"\d+")),
    lookups=(LookupTable(name="city", elements=("Rome", "New York")),),
)


def features(text: str, nlu: NLUData = NLU, **config: Any) -> tuple[list[list[float]], list[float]]:
    featurizer = make("RegexFeaturizer", **config)
    train(featurizer, nlu)
    batch = MessageBatch.of([text])
    make("WhitespaceTokenizer").process(batch)
    featurizer.process(batch)
    block: Any = batch.blocks[0]
    return block.sequence.to_dense().tolist(), block.sentence.to_dense()[0].tolist()


def test_each_pattern_is_a_column_of_tokens_and_message() -> None:
    tokens, message = features("heyho from New York at 5")
    assert tokens == [[1, 0, 0], [0, 0, 0], [0, 0, 1], [0, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert message == [1, 1, 1]


def test_a_pattern_that_does_not_match_stays_zero() -> None:
    assert features("hello") == ([[0, 0, 0]], [0, 0, 0])


def test_case_matters_unless_told_otherwise() -> None:
    assert features("HEY rome")[1] == [0, 0, 0]
    assert features("HEY rome", case_sensitive=False)[1] == [1, 0, 1]


def test_lookup_words_are_whole_words_unless_told_otherwise() -> None:
    assert features("Romeo")[1] == [0, 0, 0]
    assert features("Romeo", use_word_boundaries=False)[1] == [0, 0, 1]


@pytest.mark.parametrize(
    ("config", "width"), [({"use_regexes": False}, 1), ({"use_lookup_tables": False}, 2), ({}, 3)], ids=str
)
def test_either_kind_of_pattern_can_be_left_out(config: dict[str, bool], width: int) -> None:
    assert len(features("x", **config)[1]) == width


def test_all_patterns_that_do_not_compile_are_reported_with_their_places() -> None:
    broken = NLUData(
        regexes=(
            RegexPattern(name="open", pattern="(a", where=Location("nlu.yml", 3, 7)),
            RegexPattern(name="fine", pattern="a"),
            RegexPattern(name="star", pattern="*", where=Location("nlu.yml", 9, 7)),
        )
    )
    with pytest.raises(BotError) as caught:
        features("x", broken)
    assert [str(problem) for problem in caught.value.problems] == [
        "nlu.yml:3:7  regex 'open' cannot be compiled: missing ), unterminated subpattern at position 0",
        "nlu.yml:9:7  regex 'star' cannot be compiled: nothing to repeat at position 0",
    ]


def test_without_patterns_there_are_no_columns() -> None:
    assert features("two tokens", NLUData()) == ([[], []], [])

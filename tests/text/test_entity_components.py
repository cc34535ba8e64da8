from __future__ import annotations

import logging
from typing import Any

import pytest

from framework.bot.nlu_data import EntityAnnotation, Example, LookupTable, NLUData, RegexPattern
from framework.nlu.batch import EntityResult, MessageBatch
from tests.assembling import SHOP, annotated, assemble, make, train


def extract(text: str, nlu: NLUData = SHOP, **config: Any) -> list[tuple[str, str, int, int]]:
    (parsed,) = assemble([("RegexEntityExtractor", config)], nlu).parse([text])
    return [(entity["entity"], entity["value"], entity["start"], entity["end"]) for entity in parsed["entities"]]


def test_patterns_named_like_an_entity_are_extracted() -> None:
    assert extract("send 12345 to new york, not Rome") == [
        ("order_number", "12345", 5, 10),
        ("city", "new york", 14, 22),
        ("city", "Rome", 28, 32),
    ]


def test_the_output_names_the_extractor() -> None:
    (parsed,) = assemble([("RegexEntityExtractor", {})], SHOP).parse(["to Rome"])
    assert parsed["entities"] == [
        {"entity": "city", "start": 3, "end": 7, "value": "Rome", "extractor": "RegexEntityExtractor"}
    ]


@pytest.mark.parametrize(
    ("config", "text", "expected"),
    [
        ({"case_sensitive": True}, "rome", []),
        ({"use_lookup_tables": False}, "Rome 12345", ["12345"]),
        ({"use_regexes": False}, "Rome 12345", ["Rome"]),
        ({}, "Romeo", []),
        ({"use_word_boundaries": False}, "Romeo", ["Rome"]),
    ],
    ids=str,
)
def test_the_config_says_which_patterns_are_used_and_how(
    config: dict[str, bool], text: str, expected: list[str]
) -> None:
    assert [value for _, value, _, _ in extract(text, **config)] == expected


def test_a_pattern_that_is_no_entity_is_not_used(caplog: pytest.LogCaptureFixture) -> None:
    nlu = NLUData(regexes=(RegexPattern(name="help", pattern="help"),))
    with caplog.at_level(logging.WARNING):
        assert extract("help", nlu) == []
    assert "no lookup table and no regex has the name of an entity" in caplog.text


def test_an_entity_of_the_domain_needs_no_annotated_example() -> None:
    extractor = make("RegexEntityExtractor")
    train(extractor, NLUData(lookups=(LookupTable(name="size", elements=("XL",)),)), domain_entities=("size",))
    batch = MessageBatch.of(["an xl shirt"])
    extractor.process(batch)
    assert [entity.value for entity in batch.entities[0]] == ["xl"]


def test_patterns_that_match_nothing_give_no_empty_entities() -> None:
    nlu = NLUData(examples=(annotated("aa", "x", ("aa", "word")),), regexes=(RegexPattern(name="word", pattern="a*"),))
    assert extract("b aaa b", nlu) == [("word", "aaa", 2, 5)]


def mapped(value: Any, nlu: NLUData) -> EntityResult:
    mapper = make("EntitySynonymMapper")
    train(mapper, nlu)
    batch = MessageBatch.of(["x"])
    batch.entities[0].append(EntityResult("city", 0, 1, value, "SomeExtractor"))
    mapper.process(batch)
    return batch.entities[0][0]


@pytest.mark.parametrize("value", ["NYC", "nyc", "The Big Apple"])
def test_synonyms_become_their_canonical_value(value: str) -> None:
    entity = mapped(value, SHOP)
    assert (entity.value, entity.processors) == ("New York", ["EntitySynonymMapper"])


@pytest.mark.parametrize("value", ["Boston", 5, {"from": 1}])
def test_other_values_stay_as_they_are(value: Any) -> None:
    entity = mapped(value, SHOP)
    assert (entity.value, entity.processors) == (value, [])


def test_values_written_in_annotations_are_synonyms() -> None:
    annotation = EntityAnnotation(entity="city", start=3, end=10, value="Los Angeles")
    nlu = NLUData(examples=(Example(text="to LA city", intent="go", entities=(annotation,)),))
    assert mapped("la city", nlu).value == "Los Angeles"


def test_a_surface_form_with_two_values_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    annotation = EntityAnnotation(entity="city", start=0, end=3, value="Big Apple")
    nlu = NLUData(examples=(Example(text="NYC", intent="go", entities=(annotation,)),), synonyms={"NYC": "New York"})
    with caplog.at_level(logging.WARNING):
        assert mapped("nyc", nlu).value == "Big Apple"
    assert "'nyc' stands for both 'New York' and 'Big Apple'" in caplog.text

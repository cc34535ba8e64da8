from __future__ import annotations

from typing import Any

import pytest

from framework.bot.domain import DEFAULT_INTENTS, Domain, Entity, Intent
from framework.nlu.shorthand import parse_shorthand

DOMAIN = Domain(
    intents={name: Intent(name=name) for name in (*DEFAULT_INTENTS, "greet", "chitchat")},
    entities={name: Entity(name=name) for name in ("cuisine", "number")},
)


def entities(text: str) -> list[tuple[str, Any]]:
    parsed = parse_shorthand(text, DOMAIN)
    assert parsed is not None
    return [(entity["entity"], entity["value"]) for entity in parsed["entities"]]


def test_an_intent_alone_is_certain_and_has_no_entities() -> None:
    assert parse_shorthand("/greet", DOMAIN) == {
        "text": "/greet",
        "intent": {"name": "greet", "confidence": 1.0},
        "entities": [],
        "intent_ranking": [{"name": "greet", "confidence": 1.0}],
    }


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("/greet@0.4", 0.4), ('/greet@0.4{"number": 1}', 0.4), ("/greet@7", 1.0), ("/greet", 1.0)],
)
def test_a_confidence_is_taken_and_kept_between_zero_and_one(text: str, confidence: float) -> None:
    parsed = parse_shorthand(text, DOMAIN)
    assert parsed is not None
    assert parsed["intent"]["confidence"] == confidence


def test_entities_keep_their_json_type_and_say_where_they_stand() -> None:
    parsed = parse_shorthand('/greet{"cuisine": "thai", "number": 2.5}', DOMAIN)
    assert parsed is not None
    assert parsed["entities"] == [
        {"entity": "cuisine", "value": "thai", "start": 6, "end": 40},
        {"entity": "number", "value": 2.5, "start": 6, "end": 40},
    ]


def test_a_list_gives_one_entity_per_element_and_null_an_entity_without_value() -> None:
    assert entities('/greet{"cuisine": ["thai", "greek"]}') == [("cuisine", "thai"), ("cuisine", "greek")]
    assert entities('/greet{"cuisine": null}') == [("cuisine", None)]


def test_an_unknown_entity_is_dropped_and_the_rest_stays() -> None:
    assert entities('/greet{"colour": "red", "number": 1}') == [("number", 1)]


@pytest.mark.parametrize("text", ["/greet{broken", "/greet{}", "/greet{broken}", '/greet["a"]', "/greet{[1]}"])
def test_broken_entities_leave_the_intent_or_make_it_free_text(text: str) -> None:
    parsed = parse_shorthand(text, DOMAIN)
    assert parsed is None or (parsed["intent"]["name"], parsed["entities"]) == ("greet", [])


def test_blanks_around_the_intent_do_not_matter() -> None:
    parsed = parse_shorthand("  / greet ", DOMAIN)
    assert parsed is not None
    assert parsed["intent"]["name"] == "greet"


@pytest.mark.parametrize(
    "text",
    ["/no_such_intent", '/no_such_intent{"number": 1}', "/GREET", "/greet/x", "/chitchat/ask_name", "/", "", "hi"],
)
def test_what_names_no_intent_of_the_domain_is_free_text(text: str) -> None:
    assert parse_shorthand(text, DOMAIN) is None


def test_the_intents_that_every_bot_has_are_known() -> None:
    assert parse_shorthand("/restart", DOMAIN) is not None
    assert parse_shorthand("/nlu_fallback", DOMAIN) is not None

from __future__ import annotations

import pytest

from framework.authoring.corrections import (
    annotated_text,
    example_of,
    intent_of,
    ranked_intents,
    with_annotated_text,
    with_intent,
)
from framework.bot.domain import Domain, ResponseVariation
from framework.bot.nlu_data import EntityAnnotation, Example
from framework.conversation.events import UserUttered
from framework.conversation.tracker import Tracker
from framework.dialogue.actions.utter import retrieved_response


def parsed(text: str, intent: str | None = "order", *entities: dict) -> dict:
    return {"text": text, "intent": {"name": intent, "confidence": 0.6}, "entities": list(entities)}


def entity(name: str, start: int, end: int, value: object, **more: object) -> dict:
    return {"entity": name, "start": start, "end": end, "value": value, "extractor": "DIETClassifier", **more}


def test_another_intent_ends_the_refusal_to_understand():
    message = {**parsed("how much", "nlu_fallback"), "fallback": {"reason": "threshold"}}

    corrected = with_intent(message, "ask_price", Domain())

    assert intent_of(corrected) == "ask_price"
    assert "fallback" not in corrected


def test_an_intent_with_a_response_key_chooses_the_response():
    domain = Domain(responses={"utter_faq/hours": (ResponseVariation(text="From ten."),)}, retrieval_intents=("faq",))

    corrected = with_intent(parsed("when", "faq"), "faq/hours", domain)

    tracker = Tracker.from_events("", domain, [UserUttered(text="when", parse_data=corrected)])
    assert corrected["intent"]["name"] == "faq"
    assert example_of(corrected) == Example(text="when", intent="faq/hours")
    assert retrieved_response("utter_faq", tracker) == "utter_faq/hours"


def test_marks_are_shown_and_read_back():
    message = parsed("two mint teas", "order", entity("tea", 4, 8, "mint", confidence_entity=0.9))

    assert annotated_text(message) == "two [mint](tea) teas"
    assert with_annotated_text(message, "two [mint](tea) teas") == message
    assert with_annotated_text(message, "[two](count:2) mint teas")["entities"] == [
        {"entity": "count", "start": 0, "end": 3, "value": "2"}
    ]


def test_a_value_that_is_not_the_word_is_kept_in_the_mark():
    message = parsed("to NYC", "go", entity("city", 3, 6, "New York", role="to"))

    assert annotated_text(message) == 'to [NYC]{"entity": "city", "role": "to", "value": "New York"}'


def test_what_no_example_teaches_is_not_marked_and_stays():
    time = entity("time", 3, 8, "2026-01-01", extractor="DucklingEntityExtractor")
    message = parsed("at seven", "order", time)

    assert annotated_text(message) == "at seven"
    assert with_annotated_text(message, "at seven")["entities"] == [time]
    assert example_of(message) == Example(text="at seven", intent="order")


def test_of_entities_that_overlap_one_is_marked():
    message = parsed("new york city", "go", entity("city", 0, 13, "new york city"), entity("state", 0, 8, "new york"))

    assert annotated_text(message) == "[new york city](city)"


def test_a_text_may_be_changed_while_it_is_marked():
    corrected = with_annotated_text(parsed("mimt tea"), "[mint](tea) tea")

    assert example_of(corrected) == Example(
        text="mint tea", intent="order", entities=(EntityAnnotation(entity="tea", start=0, end=4, value="mint"),)
    )


def test_a_mark_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="not valid JSON"):
        with_annotated_text(parsed("mint tea"), '[mint]{"entity": tea} tea')


@pytest.mark.parametrize("message", [parsed("/order"), parsed("hm", "nlu_fallback"), parsed("hm", None), parsed("")])
def test_some_messages_are_no_examples(message):
    assert example_of(message) is None


def test_intents_are_ranked_by_their_confidence():
    message = {
        **parsed("hm", "nlu_fallback"),
        "intent_ranking": [
            {"name": "nlu_fallback", "confidence": 0.7},
            {"name": "faq", "confidence": 0.4},
            {"name": "order", "confidence": 0.2},
        ],
    }

    assert ranked_intents(message, ["greet", "order", "faq/a", "faq/b"]) == {
        "faq/a": 0.4,
        "faq/b": 0.4,
        "order": 0.2,
        "greet": 0.0,
    }

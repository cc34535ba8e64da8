from __future__ import annotations

import logging

import pytest

from framework.bot.nlu_data import Example, NLUData
from framework.nlu.batch import IntentResult, IntentScore, MessageBatch
from tests.assembling import examples, make, train


def classify(text: str, nlu: tuple[Example, ...], before: IntentResult | None = None, **config: bool) -> IntentResult:
    classifier = make("KeywordIntentClassifier", **config)
    train(classifier, NLUData(examples=nlu))
    batch = MessageBatch.of([text])
    if before is not None:
        batch.intents[0] = before
    classifier.process(batch)
    return batch.intents[0]


KEYWORDS = examples(greet=["hello", "good morning"], bye=["goodbye", "see you", "ciao!"])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hello", "greet"),
        ("well hello, friend", "greet"),
        ("a very good morning to you", "greet"),
        ("othello", None),
        ("Hello", None),
        ("ok ciao!", "bye"),
        ("goodbye and hello", "greet"),
    ],
)
def test_a_training_example_inside_the_message_decides(text: str, intent: str | None) -> None:
    result = classify(text, KEYWORDS)
    assert (result.name, result.confidence) == (intent, 1.0 if intent else 0.0)


def test_case_can_be_ignored() -> None:
    assert classify("HELLO", KEYWORDS, case_sensitive=False).name == "greet"


def test_keywords_of_two_intents_are_dropped_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    nlu = examples(greet=["hi", "morning"], bye=["hi", "have a good morning"])
    with caplog.at_level(logging.WARNING):
        assert classify("hi", nlu).name is None
    assert "keywords of several intents are not used: hi, morning" in caplog.text
    assert classify("have a good morning", nlu).name == "bye"


def test_keywords_that_differ_in_case_alone_are_dropped_where_case_is_ignored() -> None:
    assert classify("hi", examples(greet=["Hi"], bye=["hI"]), case_sensitive=False).name is None


def test_without_a_keyword_another_classifiers_intent_stands() -> None:
    before = IntentResult("other", 0.4, [IntentScore("other", 0.4), IntentScore("greet", 0.1)])
    assert classify("something else", KEYWORDS, before) is before
    assert classify("hello", KEYWORDS, before).ranking == [IntentScore("greet", 1.0), IntentScore("other", 0.4)]


def test_the_response_key_is_no_part_of_the_intent() -> None:
    assert classify("how much", (Example(text="how much", intent="faq/price"),)).name == "faq"

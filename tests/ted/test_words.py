"""Stories that are told by the words of the user and the bot."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from framework.bot.nlu_data import NLUData
from framework.conversation.events import ActionExecuted, UserUttered
from framework.dialogue.policy import Policy
from framework.nlu.pipeline import Pipeline
from tests.assembling import SPARSE_FEATURES, assemble, examples
from tests.conversation.conversing import listen, user
from tests.dialogue.talking import bot_of
from tests.ted.cafe import DOMAIN, WORDS, after, cafe_by_words, reloaded, teach

NLU = NLUData(
    examples=examples(
        greet=["hello there", "good morning"],
        order=["a coffee please", "one espresso for me"],
    )
)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return assemble(SPARSE_FEATURES, NLU)


@pytest.fixture(scope="module", params=["TEDPolicy", "LSTMPolicy"])
def policy(request: pytest.FixtureRequest, pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Policy[Any]:
    taught = teach(request.param, cafe_by_words(), featurize=pipeline.featurize)
    loaded = reloaded(taught, tmp_path_factory.mktemp("words"))
    loaded.featurize = pipeline.featurize
    return loaded


def said(text: str, intent: str, confidence: float) -> UserUttered:
    return UserUttered(text=text, parse_data={"intent": {"name": intent, "confidence": confidence}, "entities": []})


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("my coffee has gone cold already", "I am so sorry!"),
        ("my espresso has gone cold", "I am so sorry!"),
        ("what a lovely place you have here", "That makes our day."),
        ("such a lovely place", "That makes our day."),
    ],
)
def test_words_like_those_of_a_story_count_where_the_intent_is_unsure(
    policy: Policy[Any], text: str, action: str
) -> None:
    prediction = after(policy, listen(), said(text, "order", 0.3), bot=cafe_by_words())
    assert prediction.action == action
    assert prediction.is_end_to_end_prediction


@pytest.mark.parametrize(("text", "intent"), [("hello there", "greet"), ("a coffee please", "order")])
def test_the_intent_counts_where_no_story_has_such_words(policy: Policy[Any], text: str, intent: str) -> None:
    prediction = after(policy, listen(), said(text, intent, 0.95), bot=cafe_by_words())
    assert prediction.action == {"greet": "utter_greet", "order": "utter_ask_size"}[intent]
    assert not prediction.is_end_to_end_prediction


def test_a_message_that_names_its_intent_has_no_words(policy: Policy[Any]) -> None:
    prediction = after(policy, listen(), user("order"), bot=cafe_by_words())
    assert (prediction.action, prediction.is_end_to_end_prediction) == ("utter_ask_size", False)


def test_what_the_bot_said_by_words_is_followed_by_listening(policy: Policy[Any]) -> None:
    events = (listen(), said("my coffee has gone cold already", "order", 0.3))
    prediction = after(policy, *events, ActionExecuted(name=None, action_text="I am so sorry!"), bot=cafe_by_words())
    assert prediction.action == "action_listen"


def test_words_do_not_count_below_the_threshold(pipeline: Pipeline) -> None:
    policy = teach("TEDPolicy", cafe_by_words(), featurize=pipeline.featurize, e2e_confidence_threshold=1.0)
    events = (listen(), said("my coffee has gone cold already", "order", 0.3))
    assert after(policy, *events, bot=cafe_by_words()).action == "utter_ask_size"


@pytest.mark.parametrize("name", ["TEDPolicy", "LSTMPolicy"])
def test_what_the_bot_never_says_in_a_story_ranks_by_what_it_is_like(
    name: str, pipeline: Pipeline, tmp_path: Path
) -> None:
    sorry, happy = "I am so very sorry!", "That really makes our day."
    bot = bot_of(tmp_path, dedent(DOMAIN).replace("e2e_actions: [", f'e2e_actions: ["{sorry}", "{happy}", '), WORDS)
    policy = teach(name, bot, featurize=pipeline.featurize)
    for text, said_in_story, alike, other in (
        ("my coffee has gone cold already", "I am so sorry!", sorry, happy),
        ("what a lovely place you have here", "That makes our day.", happy, sorry),
    ):
        prediction = after(policy, listen(), said(text, "order", 0.3), bot=bot)
        assert prediction.is_end_to_end_prediction
        ranking = sorted(prediction.probabilities, key=lambda action: -prediction.probabilities[action])
        assert ranking[0] == said_in_story
        assert ranking.index(alike) < ranking.index(other)

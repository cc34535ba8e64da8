"""Policies that learn go on from an earlier training, with more stories, intents, actions and words."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from framework.bot.bot import Bot
from framework.bot.nlu_data import NLUData
from framework.conversation.events import UserUttered
from framework.dialogue.policy import Policy
from framework.nlu.component import EarlierTraining
from tests.assembling import SPARSE_FEATURES, assemble, examples
from tests.conversation.conversing import did, listen, slot, user
from tests.dialogue.talking import bot_of
from tests.ted.cafe import (
    DOMAIN,
    LEARNED,
    STORIES,
    WORDS,
    after,
    cafe,
    cafe_by_words,
    reloaded,
    teach,
    training_data,
    untrained,
)

ORDERED = (listen(), user("order"), did("utter_ask_size"), listen())
UNEXPECTED = "UnexpecTEDIntentPolicy"


@cache
def larger_cafe() -> Bot:
    """The café, which now also takes things back; a story is longer than any before, and one is gone."""
    domain = DOMAIN.replace("thank, bye]", "thank, bye, refund]").replace(
        "utter_bye: [{text: Bye}]", "utter_bye: [{text: Bye}]\n      utter_refund: [{text: Here is your money.}]"
    )
    stories = STORIES.replace(
        "    - story: hours",
        """    - story: refund
      steps:
      - {intent: greet}
      - {action: utter_greet}
      - {intent: thank}
      - {action: utter_welcome}
      - {intent: refund}
      - {action: utter_refund}
    - story: hours""",
    )
    return bot_of(Path(mkdtemp()), domain, stories)


@cache
def before(name: str) -> Path:
    """What a policy saved that was trained on the café's stories."""
    folder = Path(mkdtemp())
    teach(name, cafe()).save(folder)
    return folder


def finetune(name: str, bot: Bot, folder: Path) -> Policy[Any]:
    policy = untrained(name)
    policy.finetune(training_data(bot), EarlierTraining(folder))
    return policy


@pytest.mark.parametrize("name", LEARNED)
def test_a_new_intent_and_action_are_learned_and_old_ones_kept(name: str, tmp_path: Path) -> None:
    bot = larger_cafe()
    policy = reloaded(finetune(name, bot, before(name)), tmp_path)

    assert after(policy, listen(), user("refund"), bot=bot).action == "utter_refund"
    assert after(policy, *ORDERED, user("inform"), slot("size", "large"), bot=bot).action == "utter_confirm"
    assert after(policy, listen(), user("hours"), bot=bot).action == "utter_hours"


@pytest.mark.parametrize("name", LEARNED)
def test_it_converges_sooner(name: str, caplog: pytest.LogCaptureFixture) -> None:
    folder = before(name)
    with caplog.at_level(logging.INFO, "framework_ted"):
        teach(name, cafe(), epochs=300)
        untrained(name, epochs=300).finetune(training_data(larger_cafe()), EarlierTraining(folder))

    anew, finetuned = (int(record.args[1]) for record in caplog.records if "trained for" in record.msg)  # type: ignore[index, arg-type]
    assert finetuned < anew


def test_what_is_unlikely_is_found_anew() -> None:
    bot = larger_cafe()
    policy = finetune(UNEXPECTED, bot, before(UNEXPECTED))

    greeted = (listen(), user("greet"), did("utter_greet"), listen(), user("thank"), did("utter_welcome"), listen())
    assert after(policy, *greeted, user("refund"), bot=bot).action is None
    assert after(policy, listen(), user("affirm"), bot=bot).action == "action_unlikely_intent"


def test_two_finetunings_are_equal() -> None:
    asked = (listen(), user("refund"))
    one, other = (finetune("TEDPolicy", larger_cafe(), before("TEDPolicy")) for _ in range(2))
    assert after(one, *asked, bot=larger_cafe()).probabilities == after(other, *asked, bot=larger_cafe()).probabilities


def test_a_policy_that_had_no_stories_begins_anew(tmp_path: Path) -> None:
    teach("TEDPolicy", bot_of(Path(mkdtemp()), DOMAIN)).save(tmp_path)
    assert after(finetune("TEDPolicy", cafe(), tmp_path), listen(), user("greet")).action == "utter_greet"


def test_new_words_of_users_and_the_bot_are_learned(tmp_path: Path) -> None:
    pipeline = assemble(SPARSE_FEATURES, NLUData(examples=examples(greet=["hello there"], order=["a coffee please"])))
    teach("TEDPolicy", cafe_by_words(), featurize=pipeline.featurize).save(tmp_path)
    more = "\n    - {story: tea, steps: [{user: is the tea any good}, {bot: It is the best of teas.}]}\n"
    bot = bot_of(tmp_path / "larger", DOMAIN, WORDS.rstrip() + more)
    policy = untrained("TEDPolicy")
    policy.finetune(training_data(bot, pipeline.featurize), EarlierTraining(tmp_path, 0.5))
    for text, answer in (
        ("my coffee has gone cold already", "I am so sorry!"),
        ("is the tea any good", "It is the best of teas."),
    ):
        prediction = after(policy, listen(), UserUttered(text=text, parse_data={"intent": {"name": None}}), bot=bot)
        assert (prediction.action, prediction.is_end_to_end_prediction) == (answer, True)

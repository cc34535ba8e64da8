"""Messages that no story leads one to expect are noticed, and only these."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from framework.conversation.events import Event
from framework.dialogue.states import RuleOnly
from framework.dialogue.unroll import unroll
from framework_ted.examples import Example, collect
from framework_ted.states import DialogueState
from framework_ted.thresholds import likely_from
from tests.conversation.conversing import did, listen, slot, user
from tests.ted.cafe import after, cafe, reloaded, taught, teach

NAME = "UnexpecTEDIntentPolicy"
UNLIKELY = "action_unlikely_intent"
ORDERED = (listen(), user("order"), did("utter_ask_size"), listen())


def test_no_message_of_a_story_is_unlikely() -> None:
    bot = cafe()
    for dialogue in unroll(bot.stories, bot.domain, augmentation=10):
        events = list(dialogue.tracker.events)
        for count in range(1, len(events) + 1):
            assert after(taught(NAME), *events[:count]).action is None, dialogue.name


@pytest.mark.parametrize(
    "events",
    [
        (listen(), user("affirm")),
        (*ORDERED, user("thank")),
        (listen(), user("bye"), did("utter_bye"), listen(), user("inform")),
    ],
    ids=["yes to nothing", "thanks before anything was done", "an answer to no question"],
)
def test_a_message_that_fits_nowhere_is_unlikely(events: tuple[Event, ...]) -> None:
    prediction = after(taught(NAME), *events)
    assert (prediction.action, prediction.confidence, prediction.priority) == (UNLIKELY, 1.0, 2)
    assert prediction.reason is not None
    assert prediction.reason.startswith(f"intent {events[-1].intent!r} scores")


def test_it_speaks_only_right_after_a_message() -> None:
    surprised = (listen(), user("affirm"))
    assert after(taught(NAME), *surprised, did(UNLIKELY)).action is None
    assert after(taught(NAME), *surprised, did("utter_welcome")).action is None
    assert after(taught(NAME)).action is None


@pytest.mark.parametrize("intent", ["no_such_intent", "nlu_fallback"])
def test_an_intent_that_no_story_has_is_not_its_business(intent: str) -> None:
    assert after(taught(NAME), *ORDERED, user(intent)).action is None


def test_ignored_intents_are_never_unlikely(tmp_path: Path) -> None:
    policy = reloaded(taught(NAME), tmp_path, ignore_intents_list=["affirm"])
    assert after(policy, listen(), user("affirm")).action is None
    assert after(policy, listen(), user("deny")).action == UNLIKELY


def test_tolerance_of_everything_finds_nothing_unlikely_that_training_knew() -> None:
    policy = teach(NAME, cafe(), tolerance=1.0)
    assert after(policy, listen(), user("affirm")).action is None


def test_slots_that_only_rules_know_of_are_not_looked_at() -> None:
    policy = taught(NAME)
    policy.rule_only = RuleOnly(slots=frozenset({"has_card"}))
    plain, with_slot = (after(policy, *more, *ORDERED, user("thank")) for more in ((), (slot("has_card", True),)))
    assert plain.reason == with_slot.reason


def test_thresholds_let_pass_the_stories_and_what_is_tolerated() -> None:
    states = [DialogueState(intent=str(number)) for number in range(5)]
    examples = [Example((states[0],), "a", is_augmented=False)]
    examples += [Example((state,), "b", is_augmented=False) for state in states[1:]]
    learned = collect(examples, None)
    logits = np.array([[5.0, -9.0], [1.0, 3.0], [2.0, 3.0], [3.0, 3.0], [4.0, 0.5]], np.float32)
    assert likely_from(logits, learned, 0.0).tolist() == [4.5, -4.25]
    assert likely_from(logits, learned, 0.5).tolist() == [3.125, -6.625]
    assert likely_from(logits, learned, 1.0).tolist() == [1.0, -9.0]
    logits[1, 0] = 6.0
    assert likely_from(logits, learned, 0.0)[0] == 5.0

"""What the networks make of stories: they follow them, and find their way where no story goes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.conversation.events import Event
from framework.dialogue.unroll import state_reader, unroll
from tests.conversation.conversing import did, listen, slot, user
from tests.dialogue.talking import bot_of
from tests.ted.cafe import DOMAIN, LEARNED, after, cafe, reloaded, taught, teach

ORDERED = (listen(), user("order"), did("utter_ask_size"), listen())
CONFIRMED = (*ORDERED, user("inform"), slot("size", "large"), did("utter_confirm"), listen())
ASKED_HOURS = (user("hours"), did("utter_hours"), listen())


@pytest.fixture(params=LEARNED)
def learned(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_stories_are_followed_with_confidence(learned: str) -> None:
    bot = cafe()
    dialogues = unroll(bot.stories, bot.domain)
    reader = state_reader(bot.domain, dialogues)
    for dialogue in dialogues:
        events = list(dialogue.tracker.events)
        for _, decision in dialogue.examples(reader.for_training(dialogue.tracker), reader.ignored):
            place = next(number for number, event in enumerate(events) if event is decision.action)
            prediction = after(taught(learned), *events[:place])
            assert prediction.action == decision.label, dialogue.name
            assert prediction.confidence > 0.6


@pytest.mark.parametrize(
    ("events", "action"),
    [
        ((*CONFIRMED, *ASKED_HOURS, user("affirm")), "act_brew"),
        ((*ORDERED, *ASKED_HOURS, user("bye")), "utter_bye"),
        ((listen(), *ASKED_HOURS, *ASKED_HOURS, user("greet")), "utter_greet"),
        ((listen(), *ASKED_HOURS, *ASKED_HOURS, user("greet"), did("utter_greet")), "action_listen"),
    ],
    ids=["back from a question", "leaving in the middle", "a late greeting", "then it listens"],
)
def test_a_turn_that_no_story_has_is_answered_sensibly(events: tuple[Event, ...], action: str, learned: str) -> None:
    assert after(taught(learned), *events).action == action


def test_nothing_is_said_of_an_intent_that_no_story_has(learned: str) -> None:
    assert after(taught(learned), *CONFIRMED, user("nlu_fallback")).probabilities == {}


def test_the_value_of_a_slot_decides(tmp_path: Path, learned: str) -> None:
    bot = bot_of(
        tmp_path,
        DOMAIN,
        """
        stories:
        - story: with a card
          steps: [{slot_was_set: [{has_card: true}]}, {intent: order}, {action: utter_confirm}]
        - story: without
          steps: [{slot_was_set: [{has_card: false}]}, {intent: order}, {action: utter_ask_size}]
        """,
    )
    policy = teach(learned, bot)
    for has_card, action in ((True, "utter_confirm"), (False, "utter_ask_size")):
        assert after(policy, slot("has_card", has_card), listen(), user("order"), bot=bot).action == action


def test_what_lies_further_back_than_max_history_does_not_matter(learned: str) -> None:
    policy = teach(learned, cafe(), max_history=3, epochs=20)
    long_before = [event for _ in range(30) for event in (*ASKED_HOURS, user("thank"), did("utter_welcome"), listen())]
    short = after(policy, listen(), *ASKED_HOURS, user("order"))
    assert after(policy, listen(), *long_before, *ASKED_HOURS, user("order")).probabilities == short.probabilities


def test_only_the_best_of_the_ranking_keep_their_confidence(learned: str, tmp_path: Path) -> None:
    policy = reloaded(taught(learned), tmp_path, ranking_length=3)
    everything = after(taught(learned), listen(), user("greet")).probabilities
    best = after(policy, listen(), user("greet")).probabilities
    assert best == pytest.approx(dict(sorted(everything.items(), key=lambda item: -item[1])[:3]), abs=1e-5)
    assert all(first >= second for first, second in pairwise(best.values()))
    assert sum(everything.values()) == pytest.approx(1)


def test_without_a_number_of_epochs_it_trains_until_it_knows_the_stories(learned: str) -> None:
    assert after(teach(learned, cafe(), epochs=None), *CONFIRMED, user("affirm")).confidence > 0.6


def test_a_real_bot_follows_its_stories(shared: Path, learned: str) -> None:
    bot = read_bot(BotPaths(folder=shared / "bots" / "RasaHQ__rasa__examples_concertbot"))
    policy = teach(learned, bot, random_seed=None)
    dialogues = [dialogue for dialogue in unroll(bot.stories, bot.domain) if dialogue.kind == "story"]
    reader = state_reader(bot.domain, dialogues)
    right = []
    for dialogue in dialogues:
        events = list(dialogue.tracker.events)
        for _, decision in dialogue.examples(reader.for_training(dialogue.tracker), reader.ignored):
            place = next(number for number, event in enumerate(events) if event is decision.action)
            right.append(after(policy, *events[:place], bot=bot).action == decision.label)
    assert all(right)

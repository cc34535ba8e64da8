from __future__ import annotations

import pytest

from framework.authoring.told_story import steps_so_far, told_stories
from framework.bot.bot import BotPaths
from framework.bot.domain import Domain
from framework.bot.reader import read_bot
from framework.bot.stories import ActionStep, LoopStep, SlotStep, Story, StoryData, UserStep
from framework.conversation.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from framework.conversation.tracker import Tracker
from framework.dialogue.states import StateReader
from framework.dialogue.unroll import unroll
from tests.authoring.tea_room import write_tea_room


@pytest.fixture(scope="module")
def domain(tmp_path_factory) -> Domain:
    folder = tmp_path_factory.mktemp("tea-room")
    write_tea_room(folder)
    return read_bot(BotPaths(folder=folder)).domain


def said(intent: str, text: str = "words", **values: str) -> UserUttered:
    entities = [
        {"entity": name, "value": value, "start": text.find(value), "end": text.find(value) + len(value)}
        for name, value in values.items()
    ]
    return UserUttered(text=text, parse_data={"text": text, "intent": {"name": intent}, "entities": entities})


def acted(name: str) -> ActionExecuted:
    return ActionExecuted(name=name)


LISTEN = acted("action_listen")
BEGINNING: list[Event] = [acted("action_session_start"), SessionStarted(), LISTEN]
FORM: list[Event] = [
    *BEGINNING,
    said("order"),
    acted("tea_form"),
    ActiveLoop(name="tea_form"),
    BotUttered(text="Which tea?"),
    SlotSet(name="requested_slot", value="tea"),
    LISTEN,
    said("ask_price"),
    ActionExecutionRejected(name="tea_form"),
    acted("utter_price"),
    acted("tea_form"),
    SlotSet(name="requested_slot", value="tea"),
    LISTEN,
    said("order", "mint tea", tea="mint tea"),
    SlotSet(name="tea", value="mint tea"),
    acted("tea_form"),
    SlotSet(name="tea", value="mint tea"),
    SlotSet(name="requested_slot", value=None),
    ActiveLoop(name=None),
    acted("action_pour"),
    SlotSet(name="paid", value=True),
    LISTEN,
]


def test_a_form_is_told_without_the_answers_that_it_asked_for(domain):
    [steps] = told_stories(FORM, domain)

    assert steps == (
        UserStep(intent="order"),
        ActionStep(name="tea_form"),
        LoopStep(name="tea_form"),
        UserStep(intent="ask_price"),
        ActionStep(name="utter_price"),
        ActionStep(name="tea_form"),
        SlotStep(name="tea", value="mint tea"),
        SlotStep(name="tea", value="mint tea"),
        LoopStep(name=None),
        ActionStep(name="action_pour"),
        SlotStep(name="paid", value=True),
    )


def test_the_story_teaches_the_states_that_the_conversation_had(domain):
    [steps] = told_stories(FORM, domain)
    reader = StateReader(domain)

    [dialogue] = unroll(StoryData(stories=(Story(name="told", steps=steps),)), domain)

    held = Tracker.from_events("", domain, FORM)
    taught = [state.by_intent() for state in reader.newest_first(dialogue.tracker)]
    assert taught == [state.by_intent() for state in reader.newest_first(held)]


def test_a_turn_that_is_not_over_is_told_only_so_far(domain):
    events = [*BEGINNING, said("greet"), acted("utter_greet"), LISTEN, said("ask_price"), acted("utter_price")]

    assert told_stories(events, domain) == [(UserStep(intent="greet"), ActionStep(name="utter_greet"))]
    assert steps_so_far(events, domain)[-1] == ActionStep(name="utter_price")


def test_a_restart_ends_a_story(domain):
    events = [
        *BEGINNING,
        said("restart", "/restart"),
        acted("action_restart"),
        Restarted(),
        LISTEN,
        said("greet"),
        acted("utter_greet"),
        LISTEN,
    ]

    assert told_stories(events, domain) == [
        (UserStep(intent="restart"), ActionStep(name="action_restart")),
        (UserStep(intent="greet"), ActionStep(name="utter_greet")),
    ]


def test_what_was_taken_back_is_not_told(domain):
    events = [*BEGINNING, said("ask_price"), acted("utter_greet"), UserUtteranceReverted(), LISTEN]

    assert told_stories(events, domain) == []


def test_the_words_come_with_their_entities_marked(domain):
    events = [*BEGINNING, said("order", "some mint tea", tea="mint tea"), acted("tea_form"), LISTEN]

    [(step, *_)] = told_stories(events, domain, with_texts=True)

    assert (step.text, step.intent) == ("some mint tea", "order")
    assert [(each.entity, each.start, each.end) for each in step.entities] == [("tea", 5, 13)]

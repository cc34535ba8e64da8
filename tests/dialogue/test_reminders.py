"""Reminders: when they still hold as they come due, what they do, and that they do it once."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from framework.conversation.events import (
    ActionExecuted,
    ReminderCancelled,
    ReminderScheduled,
    UserUtteranceReverted,
    UserUttered,
)
from framework.conversation.tracker import Tracker
from framework.dialogue.reminders import reminder_of
from framework.storage.memory import InMemoryTrackerStore
from framework.storage.memory_reminders import InMemoryReminders
from tests.dialogue.talking import SENDER, ActionsInProcess, Screen, Talk, assistant_of, bot_of, short

DOMAIN = """
session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: true}
intents: [greet, plan, forget, EXTERNAL_tea_is_ready, unknown_to_rules]
entities: [tea]
slots:
  tea: {type: text, mappings: [{type: from_entity, entity: tea}]}
responses:
  utter_greet: [{text: Hello}]
  utter_ready: [{text: "Your {tea} is ready"}]
actions: [action_plan, action_forget]
"""
RULES = """
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: plan
  steps: [{intent: plan}, {action: action_plan}]
- rule: forget
  steps: [{intent: forget}, {action: action_forget}]
- rule: ready
  steps: [{intent: EXTERNAL_tea_is_ready}, {action: utter_ready}]
"""
SOON = "2026-01-01T12:00:00+00:00"


def reminder(name: str | None = "kettle", **more: Any) -> dict[str, Any]:
    """A reminder as rasa-sdk writes it."""
    return {
        "event": "reminder",
        "timestamp": None,
        "intent": "EXTERNAL_tea_is_ready",
        "entities": {"tea": "mint tea"},
        "date_time": SOON,
        "name": name,
        "kill_on_user_msg": True,
        **more,
    }


def cancellation(**what: Any) -> dict[str, Any]:
    return {"event": "cancel_reminder", "timestamp": None, "name": None, "intent": None, "entities": None, **what}


class Planner(Talk):
    """A conversation with a bot that schedules ``planned`` on /plan, and cancels ``cancelled`` on /forget."""

    planned: list[dict[str, Any]]
    cancelled: list[dict[str, Any]]


def planner(folder: Path, *planned: dict[str, Any], domain: str = DOMAIN) -> Planner:
    def plan(tracker: Tracker) -> dict[str, Any]:
        return {"events": talk.planned, "responses": []}

    def forget(tracker: Tracker) -> dict[str, Any]:
        return {"events": talk.cancelled, "responses": []}

    store = InMemoryTrackerStore()
    assistant = assistant_of(bot_of(folder, domain, RULES))
    actions = ActionsInProcess(action_plan=plan, action_forget=forget)
    talk = Planner(assistant, store, own_actions=actions, reminders=InMemoryReminders(store))
    talk.planned = list(planned)
    talk.cancelled = [cancellation()]
    return talk


async def come_due(talk: Talk, *, again: bool = False) -> list[str | None]:
    """Has all reminders fire; returns what the user sees of it."""
    assert talk.reminders is not None
    said = len(talk.screen.messages)
    for each in await talk.reminders.claim(100, now=math.inf, until=0.0):
        await talk.processor.remind(each, lambda channel: talk.screen if channel == "rest" else None)
        if not again:
            await talk.reminders.done(each)
    return [message.text for message in talk.screen.messages[said:]]


async def test_a_reminder_triggers_its_intent_with_its_entities_on_the_channel_of_the_user(tmp_path):
    talk = planner(tmp_path, reminder())
    await talk.say("/plan")
    assert await come_due(talk) == ["Your mint tea is ready"]
    assert await talk.latest_turn() == [
        "user EXTERNAL: EXTERNAL_tea_is_ready",
        "slot tea=mint tea",
        "user_featurization",
        "action utter_ready",
        "bot Your mint tea is ready",
        "action action_listen",
    ]
    message = (await talk.tracker()).latest_message
    assert message is not None
    assert message.metadata["is_external"] is True
    assert message.input_channel == "rest"


async def test_where_the_bot_cannot_speak_first_its_answer_is_only_stored(tmp_path):
    talk = planner(tmp_path, reminder())
    await talk.say("/plan", input_channel="letters")
    assert await come_due(talk) == []
    assert "bot Your mint tea is ready" in await talk.latest_turn()


@pytest.mark.parametrize(("kill", "answer"), [(True, []), (False, ["Your mint tea is ready"])])
async def test_a_message_calls_a_reminder_off_unless_it_is_to_come_in_any_case(tmp_path, kill, answer):
    talk = planner(tmp_path, reminder(kill_on_user_msg=kill))
    await talk.say("/plan")
    await talk.say("/greet")
    assert await come_due(talk) == answer


async def test_a_reminder_counts_as_a_message_to_the_next_one(tmp_path):
    lasting = reminder("last", kill_on_user_msg=False)
    talk = planner(tmp_path, reminder("first"), reminder("second"), lasting)
    await talk.say("/plan")
    assert await come_due(talk) == ["Your mint tea is ready"] * 2


@pytest.mark.parametrize(
    ("what", "is_off"),
    [
        ({}, True),
        ({"name": "kettle"}, True),
        ({"name": "pot"}, False),
        ({"intent": "EXTERNAL_tea_is_ready"}, True),
        ({"intent": "greet"}, False),
        ({"entities": {"tea": "mint tea"}}, True),
        ({"entities": {"tea": "black tea"}}, False),
        ({"intent": "EXTERNAL_tea_is_ready", "entities": {"tea": "black tea"}}, False),
        ({"name": "kettle", "intent": "EXTERNAL_tea_is_ready", "entities": {"tea": "mint tea"}}, True),
    ],
)
async def test_a_cancellation_is_for_the_reminders_that_have_all_it_names(tmp_path, what, is_off):
    talk = planner(tmp_path, reminder(kill_on_user_msg=False))
    talk.cancelled = [cancellation(**what)]
    await talk.say("/plan")
    await talk.say("/forget")
    assert await come_due(talk) == ([] if is_off else ["Your mint tea is ready"])


async def test_a_reminder_that_is_scheduled_after_a_cancellation_comes(tmp_path):
    talk = planner(tmp_path, cancellation(), reminder())
    await talk.say("/plan")
    assert await come_due(talk) == ["Your mint tea is ready"]


async def test_of_reminders_with_one_name_the_last_one_comes(tmp_path):
    black = reminder(entities=[{"entity": "tea", "value": "black tea"}])
    talk = planner(tmp_path, reminder(), black)
    await talk.say("/plan")
    assert await come_due(talk) == ["Your black tea is ready"]


async def test_a_claim_from_before_a_reminder_was_rescheduled_does_nothing(tmp_path):
    talk = planner(tmp_path, reminder(kill_on_user_msg=False))
    await talk.say("/plan")
    (early,) = await talk.reminders.claim(1, now=math.inf, until=math.inf)
    await talk.say("/plan")
    await talk.processor.remind(early, lambda _: talk.screen)
    await talk.reminders.done(early)
    assert talk.screen.messages == []
    assert await come_due(talk) == ["Your mint tea is ready"]


async def test_reminders_without_a_name_all_come_and_get_one(tmp_path):
    talk = planner(tmp_path, reminder(None, kill_on_user_msg=False), reminder(None, kill_on_user_msg=False))
    await talk.say("/plan")
    names = {event.name for event in await talk.events() if isinstance(event, ReminderScheduled)}
    assert len(names - {None}) == 2
    assert await come_due(talk) == ["Your mint tea is ready"] * 2


async def test_a_restart_calls_reminders_off(tmp_path):
    talk = planner(tmp_path, reminder(kill_on_user_msg=False))
    await talk.say("/plan")
    await talk.say("/restart")
    assert await come_due(talk) == []


async def test_a_reminder_of_a_turn_that_was_taken_back_does_not_come(tmp_path):
    talk = planner(tmp_path, reminder(kill_on_user_msg=False))
    await talk.say("/plan")
    await talk.processor.append_events(SENDER, [UserUtteranceReverted(), ActionExecuted(name="action_listen")])
    assert await come_due(talk) == []


async def test_a_reminder_survives_that_a_later_turn_was_taken_back(tmp_path):
    talk = planner(tmp_path, reminder(kill_on_user_msg=False))
    await talk.say("/plan")
    await talk.say("/unknown_to_rules")
    assert "rewind" in await talk.latest_turn()
    assert await come_due(talk) == ["Your mint tea is ready"]


@pytest.mark.parametrize("is_loaded_anew", [False, True], ids=["in memory", "loaded anew"])
async def test_a_reminder_outlives_the_session_it_was_scheduled_in(tmp_path, is_loaded_anew):
    short_sessions = DOMAIN.replace("session_expiration_time: 60", "session_expiration_time: 0.000001")
    talk = planner(tmp_path, reminder(kill_on_user_msg=False), domain=short_sessions)
    await talk.say("/plan")
    await talk.say("/greet")
    if is_loaded_anew:
        fresh = Talk(talk.assistant, talk.store, reminders=talk.reminders, own_actions=talk.own_actions)
        assert await come_due(fresh) == ["Your mint tea is ready"]
    else:
        assert await come_due(talk) == ["Your mint tea is ready"]
    assert [short(event) for event in await talk.events()].count("session_started") == 3


async def test_a_reminder_that_is_claimed_twice_comes_once(tmp_path):
    talk = planner(tmp_path, reminder())
    await talk.say("/plan")
    assert await come_due(talk, again=True) == ["Your mint tea is ready"]
    assert await come_due(talk, again=True) == []


async def test_of_two_processes_that_fire_the_same_reminder_at_once_one_speaks(tmp_path):
    talk = planner(tmp_path, reminder())
    await talk.say("/plan")
    screens = [Screen() for _ in range(2)]
    others = [Talk(talk.assistant, talk.store, own_actions=talk.own_actions, screen=screen) for screen in screens]
    (due,) = await talk.reminders.claim(1, now=math.inf, until=math.inf)
    await asyncio.gather(*(other.processor.remind(due, lambda _, other=other: other.screen) for other in others))
    assert sum(len(screen.messages) for screen in screens) == 1


async def test_a_message_that_comes_first_wins_over_a_reminder_that_is_being_fired(tmp_path):
    talk = planner(tmp_path, reminder())
    await talk.say("/plan")
    other = Talk(talk.assistant, talk.store, own_actions=talk.own_actions)
    (due,) = await talk.reminders.claim(1, now=math.inf, until=math.inf)
    await asyncio.gather(other.say("/greet"), talk.processor.remind(due, lambda _: talk.screen))
    turns = [short(event) for event in await talk.events()]
    said = [turn for turn in turns if turn.startswith("bot")]
    assert said in (["bot Hello"], ["bot Your mint tea is ready", "bot Hello"])


async def test_the_answer_to_a_reminder_that_broke_off_is_completed(tmp_path):
    talk = planner(tmp_path, reminder())
    await talk.say("/plan")
    (due,) = await talk.reminders.claim(1, now=math.inf, until=math.inf)
    message = UserUttered(
        text="EXTERNAL: EXTERNAL_tea_is_ready",
        parse_data={"intent": {"name": "EXTERNAL_tea_is_ready"}, "entities": []},
        message_id=due.message_id,
        input_channel="rest",
    )
    await talk.processor.append_events(SENDER, [message])
    await talk.processor.remind(due, lambda _: talk.screen)
    assert [message.text for message in talk.screen.messages] == ["Your None is ready"]


async def test_a_paused_bot_notes_the_reminder_and_stays_silent(tmp_path):
    talk = planner(tmp_path, reminder(), {"event": "pause"})
    await talk.say("/plan")
    assert await come_due(talk) == []
    assert await talk.latest_turn() == ["user EXTERNAL: EXTERNAL_tea_is_ready", "slot tea=mint tea"]


async def test_an_intent_that_the_bot_does_not_know_does_no_harm(tmp_path):
    talk = planner(tmp_path, reminder(intent="never_heard_of"))
    await talk.say("/plan")
    assert await come_due(talk) == []
    assert (await talk.latest_turn())[0] == "user EXTERNAL: never_heard_of"
    assert await talk.say("/greet") == ["Hello"]


@pytest.mark.parametrize("has_effect", [True, False])
async def test_reminders_among_events_from_elsewhere_come_only_if_so_wanted(tmp_path, has_effect):
    talk = planner(tmp_path)
    await talk.say("/greet")
    event = ReminderScheduled(intent="greet", date_time=SOON)
    await talk.processor.append_events(SENDER, [event], talk.screen if has_effect else None)
    assert await come_due(talk) == (["Hello"] if has_effect else [])


async def test_a_bot_without_reminders_goes_on_as_before(tmp_path):
    talk = planner(tmp_path, reminder(), {"event": "followup", "name": "utter_greet"})
    alone = Talk(talk.assistant, talk.store, own_actions=talk.own_actions)
    assert await alone.say("/plan") == ["Hello"]


@pytest.mark.parametrize(
    ("written", "due"),
    [
        (SOON, datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ("2026-01-01T12:00:00Z", datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ("2026-01-01T12:00:00.250000+02:00", datetime(2026, 1, 1, 10, 0, 0, 250000, tzinfo=UTC)),
        ("2026-01-01T12:00:00", datetime(2026, 1, 1, 12).astimezone()),
    ],
)
def test_a_time_without_a_zone_is_that_of_this_machine(written, due):
    made = reminder_of("ann", ReminderScheduled(intent="greet", date_time=written, name="a"))
    assert made is not None
    assert made.due == due.timestamp()


@pytest.mark.parametrize("written", ["tomorrow", "", "9999-12-31T23:59:59"])
def test_a_time_that_cannot_be_read_is_reported(written, caplog):
    made = reminder_of("ann", ReminderScheduled(intent="greet", date_time=written, name="a"))
    if written.startswith("9999") and made is not None:  # a zone in which the year 10000 has not begun yet
        assert made.due > (datetime.now(UTC) + timedelta(days=365)).timestamp()
        return
    assert made is None
    assert "reminder 'a' of 'ann' is never due" in caplog.text


async def test_a_cancellation_of_nothing_is_no_error(tmp_path):
    talk = planner(tmp_path)
    await talk.say("/forget")
    assert any(isinstance(event, ReminderCancelled) for event in await talk.events())
    assert await come_due(talk) == []

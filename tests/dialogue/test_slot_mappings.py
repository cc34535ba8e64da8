from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from framework.conversation.events import ActiveLoop, SlotSet
from framework.conversation.tracker import Tracker
from framework.dialogue.channel import UserMessage
from tests.dialogue.talking import (
    RULES_WITHOUT_FALLBACK,
    SENDER,
    ActionsInProcess,
    Answer,
    Talk,
    assistant_of,
    bot_of,
    slot,
)

HEAD = """
intents: [book, inform, chat]
entities:
- city: {roles: [from, to]}
- number
- item
slots:
"""
RULES = """
rules:
- rule: book
  steps: [{intent: book}, {action: trip_form}, {active_loop: trip_form}]
"""


def talk_to(folder: Path, slots: str, tail: str = "", own_actions: ActionsInProcess | None = None) -> Talk:
    domain = HEAD + "\n".join(f"  {line}" for line in slots.strip().splitlines()) + "\n" + tail
    bot = bot_of(folder, domain, RULES if "trip_form" in tail else "", RULES_WITHOUT_FALLBACK)
    return Talk(assistant_of(bot), own_actions=own_actions)


async def filled(talk: Talk, text: str, entities: list[dict[str, Any]] | None = None, intent: str = "inform") -> Any:
    """The slots that are set once a message has been heard."""
    parse_data = {"text": text, "intent": {"name": intent, "confidence": 1.0}, "entities": entities or []}
    message = UserMessage(text=text, sender_id=SENDER, parse_data=parse_data)
    await talk.processor.handle(message, talk.screen)
    return await talk.slots()


def entity(name: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"entity": name, "value": value, **more}


async def test_an_entity_fills_a_slot_if_role_and_group_are_the_same(tmp_path: Path) -> None:
    slots = """
start: {type: text, mappings: [{type: from_entity, entity: city, role: from}]}
end: {type: text, mappings: [{type: from_entity, entity: city, role: to}]}
place: {type: text, mappings: [{type: from_entity, entity: city}]}
"""
    talk = talk_to(tmp_path, slots)
    assert await filled(talk, "x", [entity("city", "Bonn", role="from")]) == {"start": "Bonn"}
    assert await filled(talk, "x", [entity("city", "Kiel")]) == {"start": "Bonn", "place": "Kiel"}


async def test_a_slot_takes_the_last_of_several_values_and_a_list_slot_all(tmp_path: Path) -> None:
    slots = """
last: {type: text, mappings: [{type: from_entity, entity: item}]}
all: {type: list, mappings: [{type: from_entity, entity: item}]}
"""
    found = [entity("item", "tent"), entity("item", "stove")]
    assert await filled(talk_to(tmp_path, slots), "x", found) == {"last": "stove", "all": ["tent", "stove"]}


async def test_a_text_an_intent_and_the_first_mapping_that_has_a_value_fill_slots(tmp_path: Path) -> None:
    slots = """
words: {type: text, mappings: [{type: from_text, not_intent: [chat]}]}
wants: {type: bool, mappings: [{type: from_intent, intent: book, value: true}, {type: from_intent, intent: [chat, inform], value: false}]}
either: {type: text, mappings: [{type: from_entity, entity: item}, {type: from_text}]}
"""
    talk = talk_to(tmp_path, slots)
    assert await filled(talk, "hello", intent="chat") == {"wants": False, "either": "hello"}
    assert await filled(talk, "yes", [entity("item", "tent")], intent="book") == {
        "words": "yes",
        "wants": True,
        "either": "tent",
    }


async def test_an_empty_value_clears_a_slot_that_was_set_and_is_no_event_otherwise(tmp_path: Path) -> None:
    talk = talk_to(tmp_path, "item: {type: text, mappings: [{type: from_entity, entity: item}]}")
    assert await filled(talk, "x", [entity("item", None)]) == {}
    assert not [event for event in await talk.events() if isinstance(event, SlotSet)]
    await filled(talk, "x", [entity("item", "tent")])
    assert await filled(talk, "x", [entity("item", None)]) == {}
    assert len([event for event in await talk.events() if isinstance(event, SlotSet)]) == 2


TRIP = """
forms:
  trip_form: {required_slots: [start, end], ignored_intents: [chat]}
responses:
  utter_ask_start: [{text: From?}]
  utter_ask_end: [{text: To?}]
"""
TRIP_SLOTS = """
start: {type: text, mappings: [{type: from_entity, entity: city, role: from}, {type: from_entity, entity: city}]}
end: {type: text, mappings: [{type: from_entity, entity: city, role: to}, {type: from_entity, entity: city}]}
"""


async def test_an_entity_that_could_fill_several_slots_of_a_form_fills_the_one_asked_for(tmp_path: Path) -> None:
    talk = talk_to(tmp_path, TRIP_SLOTS, TRIP)
    await talk.say("/book")
    assert await filled(talk, "Bonn", [entity("city", "Bonn")]) == {"start": "Bonn", "requested_slot": "end"}
    assert await filled(talk, "Kiel", [entity("city", "Kiel")]) == {"start": "Bonn", "end": "Kiel"}


async def test_an_entity_that_can_fill_one_slot_of_a_form_only_fills_it_whatever_was_asked(tmp_path: Path) -> None:
    talk = talk_to(tmp_path, TRIP_SLOTS, TRIP)
    await talk.say("/book")
    found = [entity("city", "Kiel", role="to")]
    assert await filled(talk, "to Kiel", found) == {"end": "Kiel", "requested_slot": "start"}


async def test_ignored_intents_of_the_active_form_fill_nothing(tmp_path: Path) -> None:
    talk = talk_to(tmp_path, TRIP_SLOTS, TRIP)
    await talk.say("/book")
    assert await filled(talk, "Bonn?", [entity("city", "Bonn")], intent="chat") == {"requested_slot": "start"}


async def test_a_mapping_for_the_trigger_fills_its_slot_when_the_form_begins(tmp_path: Path) -> None:
    slots = f"{TRIP_SLOTS}by: {{type: text, mappings: [{{type: from_trigger_intent, intent: book, value: train, conditions: [{{active_loop: trip_form}}]}}]}}"
    talk = talk_to(tmp_path, slots, TRIP)
    await talk.say("/chat")
    assert await talk.slots() == {}
    await talk.say("/book")
    assert await talk.slots() == {"by": "train", "requested_slot": "start"}


@pytest.mark.parametrize(
    ("conditions", "in_form", "outside"),
    [
        ("[{active_loop: trip_form}]", "words", None),
        ("[{active_loop: trip_form, requested_slot: start}]", "words", None),
        ("[{active_loop: trip_form, requested_slot: end}]", None, None),
        ("[{active_loop: null}]", None, "words"),
        ("[{active_loop: null}, {active_loop: trip_form}]", "words", "words"),
    ],
)
async def test_conditions_say_where_a_mapping_applies(
    tmp_path: Path, conditions: str, in_form: str | None, outside: str | None
) -> None:
    slots = (
        f"{TRIP_SLOTS}said: {{type: text, mappings: [{{type: from_text, intent: inform, conditions: {conditions}}}]}}"
    )
    talk = talk_to(tmp_path, slots, TRIP)
    assert (await filled(talk, "words")).get("said") == outside
    await talk.processor.append_events(SENDER, [SlotSet(name="said", value=None), ActiveLoop(name="trip_form")])
    await talk.processor.append_events(SENDER, [SlotSet(name="requested_slot", value="start")])
    assert (await filled(talk, "words")).get("said") == in_form


async def test_an_action_of_the_bots_own_can_fill_slots_and_runs_once_per_message(tmp_path: Path) -> None:
    def guess(tracker: Tracker) -> Answer:
        assert tracker.latest_message is not None
        return {"events": [slot("a", tracker.latest_message.text), slot("b", "B"), {"event": "pause"}]}

    slots = """
a: {type: text, mappings: [{type: custom, action: action_guess}]}
b: {type: text, mappings: [{type: custom, action: action_guess}]}
c: {type: text, mappings: [{type: custom}]}
"""
    actions = ActionsInProcess(action_guess=guess)
    talk = talk_to(tmp_path, slots, "actions: [action_guess]", actions)
    assert await filled(talk, "hi") == {"a": "hi", "b": "B"}
    assert actions.ran == ["action_guess"]
    assert not (await talk.tracker()).paused


async def test_slots_outside_forms_are_validated_by_an_action_of_the_bots_own(tmp_path: Path) -> None:
    def validate(tracker: Tracker) -> Answer:
        is_wrong = tracker.slots["number"] is not None and tracker.slots["number"] > 5
        return {"events": [slot("number", None)], "responses": [{"text": "Too many."}]} if is_wrong else {}

    slots = """
number: {type: float, mappings: [{type: from_entity, entity: number}]}
item: {type: text, mappings: [{type: from_entity, entity: item}]}
"""
    actions = ActionsInProcess(action_validate_slot_mappings=validate)
    talk = talk_to(tmp_path, slots, "actions: [action_validate_slot_mappings]", actions)
    assert await filled(talk, "x", [entity("number", 9), entity("item", "tent")]) == {"item": "tent"}
    assert [message.text for message in talk.screen.messages] == ["Too many."]
    assert await filled(talk, "x", [entity("number", 2)]) == {"item": "tent", "number": 2}


async def test_a_failing_extraction_leaves_the_slots_as_they_are(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slots = "a: {type: text, mappings: [{type: custom, action: action_guess}]}"
    talk = talk_to(tmp_path, slots, "actions: [action_guess]", ActionsInProcess())
    assert await filled(talk, "hi") == {}
    assert "'action_guess' is nowhere" in caplog.text

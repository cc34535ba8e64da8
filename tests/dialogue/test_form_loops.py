from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from framework.conversation.tracker import Tracker
from framework.dialogue.action_runner import ActionFailed
from tests.dialogue.talking import ActionsInProcess, Answer, Talk, assistant_of, bot_of, slot

DOMAIN = """
intents: [buy, inform, faq, stop, greet]
entities: [item, number]
slots:
  item:
    type: text
    mappings: [{type: from_entity, entity: item}]
  number:
    type: float
    mappings: [{type: from_entity, entity: number}]
  note:
    type: text
    mappings:
    - type: from_text
      conditions: [{active_loop: order_form, requested_slot: note}]
forms:
  order_form: {required_slots: [item, number]}
responses:
  utter_ask_item: [{text: Which item?}]
  utter_ask_order_form_number: [{text: How many?}]
  utter_ask_note: [{text: Any note?}]
  utter_ordered: [{text: "{number} x {item} ordered"}]
  utter_faq: [{text: We ship everywhere}]
  utter_stopped: [{text: Never mind}]
actions: []
"""
RULES = """
rules:
- rule: begin
  steps: [{intent: buy}, {action: order_form}, {active_loop: order_form}]
- rule: submit
  condition: [{active_loop: order_form}]
  steps: [{action: order_form}, {active_loop: null}, {slot_was_set: [{requested_slot: null}]}, {action: utter_ordered}]
- rule: faq
  steps: [{intent: faq}, {action: utter_faq}]
- rule: stop
  condition: [{active_loop: order_form}]
  steps: [{intent: stop}, {action: action_deactivate_loop}, {active_loop: null}, {action: utter_stopped}]
"""
BEGIN = '/buy{"item": "tent"}'
NUMBER = '/inform{"number": 2}'


def talk_to(folder: Path, domain: str = DOMAIN, **actions: Any) -> Talk:
    domain = domain.replace("actions: []", f"actions: [{', '.join(actions)}]")
    return Talk(assistant_of(bot_of(folder, domain, RULES)), own_actions=ActionsInProcess(**actions))


async def test_a_form_asks_for_one_slot_after_the_other_and_ends(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    assert await talk.say("/buy") == ["Which item?"]
    assert await talk.say('/inform{"item": "tent"}') == ["How many?"]
    assert await talk.say(NUMBER) == ["2 x tent ordered"]
    assert await talk.slots() == {"item": "tent", "number": 2}
    assert (await talk.tracker()).active_loop_name is None


async def test_what_is_known_already_is_not_asked_for(tmp_path: Path) -> None:
    assert await talk_to(tmp_path).say(BEGIN) == ["How many?"]


async def test_a_form_with_nothing_to_ask_begins_and_ends_in_one_turn(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    assert await talk.say('/buy{"item": "tent", "number": 3}') == ["3 x tent ordered"]
    turn = await talk.latest_turn()
    assert turn[turn.index("active_loop order_form") :][-5:] == [
        "slot requested_slot=None",
        "active_loop None",
        "action utter_ordered",
        "bot 3 x tent ordered",
        "action action_listen",
    ]


async def test_a_form_can_be_filled_with_another_slot_than_the_one_asked_for(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/buy")
    assert await talk.say(NUMBER) == ["Which item?"]
    assert await talk.say('/inform{"item": "tent"}') == ["2 x tent ordered"]


async def test_a_question_in_between_is_answered_and_the_form_asks_again(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say(BEGIN)
    assert await talk.say("/faq") == ["We ship everywhere", "How many?"]
    assert "action_execution_rejected order_form" in await talk.latest_turn()


async def test_a_form_can_be_left(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say(BEGIN)
    assert await talk.say("/stop") == ["Never mind"]
    turn = await talk.latest_turn()
    place = turn.index("action action_deactivate_loop")
    assert turn[place + 1 : place + 3] == ["active_loop None", "slot requested_slot=None"]


async def test_what_the_form_cannot_use_is_left_to_the_fallback_and_the_form_stays(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say(BEGIN)
    assert await talk.say("/greet") == []
    tracker = await talk.tracker()
    assert (tracker.active_loop_name, tracker.slots["requested_slot"]) == ("order_form", "number")
    assert await talk.say(NUMBER) == ["2 x tent ordered"]


async def test_a_validation_sees_what_was_filled_and_may_refuse_it(tmp_path: Path) -> None:
    def validate(tracker: Tracker) -> Answer:
        number = tracker.slots["number"]
        if number is None or number <= 5:
            return {}
        return {"events": [slot("number", None)], "responses": [{"text": "At most 5."}]}

    talk = talk_to(tmp_path, validate_order_form=validate)
    await talk.say(BEGIN)
    assert await talk.say('/inform{"number": 9}') == ["At most 5.", "How many?"]
    assert await talk.say(NUMBER) == ["2 x tent ordered"]


async def test_slots_that_were_filled_before_are_validated_when_the_form_begins(tmp_path: Path) -> None:
    def validate(tracker: Tracker) -> Answer:
        return {"events": [slot("item", "big tent")]} if tracker.slots["item"] == "tent" else {}

    talk = talk_to(tmp_path, validate_order_form=validate)
    await talk.say(BEGIN)
    assert await talk.slots() == {"item": "big tent", "requested_slot": "number"}


async def test_a_validation_may_choose_the_next_slot_even_one_the_form_does_not_list(tmp_path: Path) -> None:
    def validate(tracker: Tracker) -> Answer:
        wants_note = tracker.slots["item"] == "tent" and tracker.slots["note"] is None
        return {"events": [slot("requested_slot", "note")]} if wants_note else {}

    talk = talk_to(tmp_path, validate_order_form=validate)
    assert await talk.say(BEGIN) == ["Any note?"]
    assert await talk.say("green please") == ["How many?"]
    assert (await talk.slots())["note"] == "green please"


@pytest.mark.parametrize("ending", [slot("requested_slot", None), {"event": "active_loop", "name": None}])
async def test_a_validation_may_end_the_form_early(tmp_path: Path, ending: dict[str, Any]) -> None:
    def validate(tracker: Tracker) -> Answer:
        return {"events": [ending]} if tracker.slots["item"] == "nothing" else {}

    talk = talk_to(tmp_path, validate_order_form=validate)
    await talk.say("/buy")
    await talk.say('/inform{"item": "nothing"}')
    tracker = await talk.tracker()
    assert (tracker.active_loop_name, tracker.slots["requested_slot"]) == (None, None)


async def test_a_validation_may_decline_by_an_event(tmp_path: Path) -> None:
    def validate(tracker: Tracker) -> Answer:
        rejection = {"event": "action_execution_rejected", "name": "order_form"}
        return {"events": [rejection]} if tracker.slots["requested_slot"] else {}

    talk = talk_to(tmp_path, validate_order_form=validate)
    await talk.say("/buy")
    await talk.say("/faq")
    turn = await talk.latest_turn()
    assert "action_execution_rejected order_form" in turn
    assert "action utter_faq" in turn


@pytest.mark.parametrize(
    ("questions", "asked"),
    [
        (["action_ask_item", "action_ask_order_form_item"], "action_ask_order_form_item"),
        (["action_ask_item"], "action_ask_item"),
    ],
)
async def test_an_action_that_asks_goes_before_a_response(tmp_path: Path, questions: list[str], asked: str) -> None:
    actions = {name: lambda tracker, name=name: {"responses": [{"text": name}]} for name in questions}
    assert await talk_to(tmp_path, **actions).say("/buy") == [asked]


async def test_a_slot_without_a_question_is_waited_for_in_silence(tmp_path: Path) -> None:
    domain = DOMAIN.replace("utter_ask_item", "utter_unused")
    talk = talk_to(tmp_path, domain)
    assert await talk.say("/buy") == []
    assert (await talk.slots())["requested_slot"] == "item"


async def test_an_action_of_the_same_name_takes_the_place_of_a_form(tmp_path: Path) -> None:
    talk = talk_to(tmp_path, order_form=lambda tracker: {"responses": [{"text": "my own form"}]})
    assert (await talk.say("/buy"))[0] == "my own form"
    assert (await talk.tracker()).active_loop_name is None


async def test_a_validation_that_fails_leaves_the_form_where_it_was(tmp_path: Path) -> None:
    def validate(tracker: Tracker) -> Answer:
        if tracker.slots["number"] == 13:
            raise ActionFailed("the stock is not there")
        return {}

    talk = talk_to(tmp_path, validate_order_form=validate)
    await talk.say(BEGIN)
    await talk.say('/inform{"number": 13}')
    tracker = await talk.tracker()
    assert (tracker.active_loop_name, tracker.slots["requested_slot"]) == ("order_form", "number")

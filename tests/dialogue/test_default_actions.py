from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from framework.conversation.events import ActionExecuted, Event, UserUttered
from framework.dialogue.channel import UserMessage
from framework.dialogue.prediction import Prediction
from tests.dialogue.talking import SENDER, ActionsInProcess, Talk, assistant_of, bot_of, short, slot

DOMAIN = """
intents: [greet, order]
slots:
  size: {type: text, mappings: [{type: custom}]}
responses:
  utter_greet: [{text: Hello}]
  utter_default: [{text: Sorry?}]
  utter_ask_rephrase: [{text: Say it in other words}]
actions: []
"""
RULES = """
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: not understood
  steps: [{intent: nlu_fallback}, {action: action_two_stage_fallback}, {active_loop: action_two_stage_fallback}]
"""
RANKING = [{"name": "nlu_fallback", "confidence": 0.4}, {"name": "greet", "confidence": 0.3}]
UNCLEAR = {"text": "helo", "intent": RANKING[0], "entities": [], "intent_ranking": RANKING}


def talk_to(folder: Path, domain: str = DOMAIN, data: str = RULES, **actions: Any) -> Talk:
    domain = domain.replace("actions: []", f"actions: [{', '.join(actions)}]")
    return Talk(assistant_of(bot_of(folder, domain, data)), own_actions=ActionsInProcess(**actions))


async def test_what_is_not_understood_is_answered_and_forgotten(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet")
    assert await talk.say("/order") == ["Sorry?"]
    assert (await talk.latest_turn())[-2:] == ["rewind", "action action_listen"]
    message = (await talk.tracker()).latest_message
    assert message is not None
    assert message.intent == "greet"


async def test_back_takes_back_its_own_turn_and_the_one_before(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet")
    await talk.say("/greet")
    await talk.say("/back")
    messages = [event for event in (await talk.tracker()).applied_events() if isinstance(event, UserUttered)]
    assert len(messages) == 1


async def test_restart_forgets_slots_and_begins_a_session(tmp_path: Path) -> None:
    talk = talk_to(tmp_path, action_note=lambda tracker: {"events": [slot("size", "M")]})
    for action in ("action_note", "action_listen"):
        await talk.processor.run_action(SENDER, Prediction("", 0, {action: 1.0}), talk.screen)
    assert await talk.slots() == {"size": "M"}
    await talk.say("/restart")
    assert await talk.slots() == {}
    assert (await talk.latest_turn())[-4:] == [
        "restart",
        "action action_session_start",
        "session_started",
        "action action_listen",
    ]


async def test_a_default_action_that_the_domain_lists_is_the_bots_own(tmp_path: Path) -> None:
    def start(tracker: Any) -> dict[str, Any]:
        events = [{"event": "session_started"}, slot("size", "L"), {"event": "action", "name": "action_listen"}]
        return {"events": events, "responses": [{"text": "Welcome"}]}

    talk = talk_to(tmp_path, action_session_start=start)
    assert await talk.say("/greet") == ["Welcome", "Hello"]
    assert await talk.slots() == {"size": "L"}


async def not_understood(talk: Talk) -> list[str | None]:
    said = len(talk.screen.messages)
    message = UserMessage(text="helo", sender_id=SENDER, parse_data=UNCLEAR)
    await talk.processor.handle(message, talk.screen)
    return [message.text for message in talk.screen.messages[said:]]


async def test_the_first_stage_of_a_fallback_offers_the_best_intent_after_the_fallback_itself(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    assert await not_understood(talk) == ["Did you mean 'greet'?"]
    question = talk.screen.messages[-1]
    assert [button["payload"] for button in question.buttons] == ["/greet", "/out_of_scope"]
    assert question.metadata["utter_action"] == "action_default_ask_affirmation"


async def test_an_affirmed_intent_is_handled_as_if_it_had_been_clear_at_once(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await not_understood(talk)
    assert await talk.say("/greet") == ["Hello"]
    applied = [short(event) for event in (await talk.tracker()).applied_events()]
    assert [event for event in applied if event.startswith("user ")] == ["user /greet"]
    assert (await talk.tracker()).active_loop_name is None


async def test_a_denied_intent_is_to_be_rephrased_and_a_second_denial_ends_it(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await not_understood(talk)
    assert await talk.say("/out_of_scope") == ["Say it in other words"]
    assert await not_understood(talk) == ["Did you mean 'greet'?"]
    assert await talk.say("/out_of_scope") == ["Sorry?"]
    assert (await talk.tracker()).active_loop_name is None


async def test_a_retrieval_action_says_what_the_response_selector_chose(tmp_path: Path) -> None:
    domain = DOMAIN.replace("utter_default", "utter_faq/hours: [{text: Nine to five}]\n  utter_default")
    data = f"""{RULES}
- rule: faq
  steps: [{{intent: faq}}, {{action: utter_faq}}]
nlu:
- intent: faq/hours
  examples: |
    - when are you open
    - opening hours
"""
    talk = talk_to(tmp_path, domain.replace("[greet, order]", "[greet, order, faq]"), data)
    chosen = {"faq": {"response": {"utter_action": "utter_faq/hours"}}}
    parsed = {"text": "open?", "intent": {"name": "faq"}, "entities": [], "response_selector": chosen}
    await talk.processor.handle(UserMessage(text="open?", sender_id=SENDER, parse_data=parsed), talk.screen)
    assert [message.text for message in talk.screen.messages] == ["Nine to five"]
    assert "action utter_faq" in await talk.latest_turn()
    assert talk.screen.messages[0].metadata["utter_action"] == "utter_faq/hours"


async def test_a_retrieval_action_without_a_response_selector_says_so_and_the_conversation_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    domain = DOMAIN.replace("utter_default", "utter_greet/kindly: [{text: Hi}]\n  utter_default")
    data = f"{RULES}\nnlu:\n- intent: greet/kindly\n  examples: |\n    - hi\n    - hello\n"
    talk = talk_to(tmp_path, domain, data)
    assert await talk.say("/greet") == []
    assert "needs a ResponseSelector" in caplog.text
    assert (await talk.latest_turn())[-1] == "action action_listen"


async def test_what_an_action_says_may_be_a_named_response_with_more_on_top(tmp_path: Path) -> None:
    def greet(tracker: Any) -> dict[str, Any]:
        spoken = {
            "response": "utter_named",
            "name": "Ada",
            "left": 0,
            "text": None,
            "buttons": [{"title": "b", "payload": "/b"}],
        }
        unknown = {"response": "utter_nothing"}
        return {"responses": [spoken, unknown, {"text": "bye", "image": "i.png", "custom": {}, "attachment": None}]}

    domain = DOMAIN.replace(
        "utter_default",
        'utter_named:\n  - text: "Hello {name}, {left} left"\n    buttons: [{title: a, payload: /a}]\n  utter_default',
    )
    talk = talk_to(tmp_path, domain, action_greet=greet)
    await talk.processor.run_action(SENDER, Prediction("", 0, {"action_greet": 1.0}), talk.screen)
    first, second = talk.screen.messages
    assert (first.text, [button["title"] for button in first.buttons]) == ("Hello Ada, 0 left", ["a", "b"])
    assert first.metadata["utter_action"] == "utter_named"
    assert (second.text, second.image) == ("bye", "i.png")


async def test_an_event_that_cannot_be_read_is_reported_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    events = [{"event": "teleport"}, slot("size", "M")]
    talk = talk_to(tmp_path, action_note=lambda tracker: {"events": events})
    await talk.processor.run_action(SENDER, Prediction("", 0, {"action_note": 1.0}), talk.screen)
    assert await talk.slots() == {"size": "M"}
    assert "'action_note' returned an event that cannot be read" in caplog.text


async def test_a_text_that_an_end_to_end_story_taught_is_said_as_it_is(tmp_path: Path) -> None:
    domain = DOMAIN.replace("actions: []", "e2e_actions: [Good morning!]")
    talk = talk_to(tmp_path, domain)
    await talk.processor.run_action(SENDER, Prediction("TED", 1, {"Good morning!": 0.9}), talk.screen)
    assert [message.text for message in talk.screen.messages] == ["Good morning!"]
    executed = [event for event in await talk.events() if isinstance(event, ActionExecuted)][-1]
    assert (executed.name, executed.action_text, executed.policy) == (None, "Good morning!", "TED")


STORIES_OF_A_FALLBACK: list[tuple[list[str], list[str]]] = [
    (["/greet", "action_default_ask_affirmation", "/greet"], ["/greet"]),
    (
        [
            "/order",
            "action_default_ask_affirmation",
            "/out_of_scope",
            "action_default_ask_rephrase",
            "/greet",
        ],
        ["/greet"],
    ),
]


@pytest.mark.parametrize(("happened", "remains"), STORIES_OF_A_FALLBACK)
async def test_the_questions_of_a_fallback_made_of_stories_are_taken_back(
    tmp_path: Path, happened: list[str], remains: list[str]
) -> None:
    talk = talk_to(tmp_path)
    events: list[Event] = []
    for step in happened:
        if step.startswith("/"):
            parsed = {"intent": {"name": step[1:], "confidence": 0.5}, "entities": []}
            events += [ActionExecuted(name="action_listen"), UserUttered(text=step, parse_data=parsed)]
        else:
            events.append(ActionExecuted(name=step))
    await talk.processor.append_events(SENDER, events)
    prediction = Prediction("", 0, {"action_revert_fallback_events": 1.0})
    tracker = await talk.processor.run_action(SENDER, prediction, talk.screen)
    assert [event.text for event in tracker.applied_events() if isinstance(event, UserUttered)] == remains

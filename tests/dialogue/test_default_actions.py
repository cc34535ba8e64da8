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


async def not_understood(talk: Talk, *, language: str | None = None) -> list[str | None]:
    said = len(talk.screen.messages)
    message = UserMessage(text="helo", sender_id=SENDER, parse_data={**UNCLEAR, "language": language})
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


def limited(max_rephrasings: int) -> str:
    return f"{DOMAIN}config: {{max_rephrasings: {max_rephrasings}}}\n"


@pytest.mark.parametrize("chances", [0, 1, 2, 3])
async def test_an_author_says_how_often_people_may_rephrase(tmp_path: Path, chances: int) -> None:
    talk = talk_to(tmp_path, limited(chances))
    await not_understood(talk)
    for _ in range(chances):
        assert await talk.say("/out_of_scope") == ["Say it in other words"]
        assert await not_understood(talk) == ["Did you mean 'greet'?"]
    assert await talk.say("/out_of_scope") == ["Sorry?"]
    assert (await talk.tracker()).active_loop_name is None
    assert await talk.say("/greet") == ["Hello"]


async def test_a_question_answered_by_something_unclear_uses_up_a_chance(tmp_path: Path) -> None:
    talk = talk_to(tmp_path, limited(2))
    for _ in range(3):
        assert await not_understood(talk) == ["Did you mean 'greet'?"]
    assert await not_understood(talk) == ["Sorry?"]
    assert await not_understood(talk) == ["Did you mean 'greet'?"]


async def test_a_limit_also_ends_denials_that_nothing_follows(tmp_path: Path) -> None:
    talk = talk_to(tmp_path, limited(1))
    await not_understood(talk)
    assert await talk.say("/out_of_scope") == ["Say it in other words"]
    assert await talk.say("/out_of_scope") == ["Sorry?"]


LABELLED = DOMAIN.replace(
    "intents: [greet, order]", "intents: [{greet: {label: {en: saying hello, de: eine Begrüßung}}}, order]"
)


@pytest.mark.parametrize(
    ("language", "question"),
    [(None, "Did you mean 'saying hello'?"), ("de", "Did you mean 'eine Begrüßung'?")],
)
async def test_the_question_calls_an_intent_by_its_label(tmp_path: Path, language: str | None, question: str) -> None:
    talk = talk_to(tmp_path, LABELLED)
    assert await not_understood(talk, language=language) == [question]
    assert [button["payload"] for button in talk.screen.messages[-1].buttons] == ["/greet", "/out_of_scope"]


async def test_an_author_words_the_question(tmp_path: Path) -> None:
    question = """
  utter_ask_affirmation:
  - text: {en: "Is it about {label}?", de: "Geht es um {label}?"}
    buttons:
    - {title: {en: "Yes, {label}", de: "Ja, {label}"}, payload: "/{intent}"}
    - {title: {en: Something else, de: Etwas anderes}, payload: /out_of_scope}
actions: []"""
    talk = talk_to(tmp_path, LABELLED.replace("\nactions: []", question))
    assert await not_understood(talk, language="de") == ["Geht es um eine Begrüßung?"]
    assert talk.screen.messages[-1].buttons == [
        {"title": "Ja, eine Begrüßung", "payload": "/greet"},
        {"title": "Etwas anderes", "payload": "/out_of_scope"},
    ]
    assert await talk.say("/greet") == ["Hello"]


async def test_a_question_without_buttons_gets_yes_and_no(tmp_path: Path) -> None:
    question = "utter_ask_affirmation: [{text: 'About {label}?'}]\n  utter_default"
    talk = talk_to(tmp_path, DOMAIN.replace("utter_default", question))
    assert await not_understood(talk) == ["About greet?"]
    assert [button["title"] for button in talk.screen.messages[-1].buttons] == ["Yes", "No"]


@pytest.mark.parametrize(
    ("answer", "question"),
    [("hours", "Did you mean 'our opening hours'?"), ("returns", "Did you mean 'a question'?")],
)
async def test_a_retrieval_intent_is_called_by_the_label_of_its_answer(
    tmp_path: Path, answer: str, question: str
) -> None:
    labels = "{faq: {label: a question, response_labels: {hours: our opening hours}}}"
    talk = talk_to(tmp_path, DOMAIN.replace("[greet, order]", f"[greet, order, {labels}]"))
    ranking = [{"name": "nlu_fallback", "confidence": 0.4}, {"name": "faq", "confidence": 0.3}]
    choice = {"response": {"intent_response_key": f"faq/{answer}", "utter_action": f"utter_faq/{answer}"}}
    parsed = {**UNCLEAR, "intent_ranking": ranking, "response_selector": {"faq": choice}}
    await talk.processor.handle(UserMessage(text="open", sender_id=SENDER, parse_data=parsed), talk.screen)
    assert talk.screen.messages[-1].text == question


@pytest.mark.parametrize(("intent", "response"), [("back", "utter_back"), ("restart", "utter_restart")])
async def test_going_back_and_restarting_say_their_response_if_there_is_one(
    tmp_path: Path, intent: str, response: str
) -> None:
    talk = talk_to(tmp_path, DOMAIN.replace("utter_default", f"{response}: [{{text: Done}}]\n  utter_default"))
    await talk.say("/greet")
    assert await talk.say(f"/{intent}") == ["Done"]
    assert await talk.say("/greet") == ["Hello"]


async def test_back_in_a_form_takes_back_the_last_answer_only(tmp_path: Path) -> None:
    domain = """
        intents: [inform, order]
        entities: [size, crust]
        slots:
          size: {type: text, mappings: [{type: from_entity, entity: size}]}
          crust: {type: text, mappings: [{type: from_entity, entity: crust}]}
          sauce: {type: text, mappings: [{type: custom}]}
        forms: {pizza_form: {required_slots: [size, crust, sauce]}}
        responses:
          utter_ask_size: [{text: Size?}]
          utter_ask_crust: [{text: Crust?}]
          utter_ask_sauce: [{text: Sauce?}]
        """
    data = "rules: [{rule: order, steps: [{intent: order}, {action: pizza_form}, {active_loop: pizza_form}]}]"
    talk = talk_to(tmp_path, domain, data)
    for text in ("/order", '/inform{"size": "big"}', '/inform{"crust": "thin"}', "/back"):
        await talk.say(text)
    assert await talk.slots() == {"size": "big", "requested_slot": "crust"}
    assert (await talk.tracker()).active_loop_name == "pizza_form"
    assert await talk.say('/inform{"crust": "thick"}') == ["Sauce?"]
    assert await talk.slots() == {"size": "big", "crust": "thick", "requested_slot": "sauce"}


@pytest.mark.parametrize("is_overridden", [False, True])
async def test_an_unlikely_intent_passes_unless_the_bot_does_something_about_it(
    tmp_path: Path, is_overridden: bool
) -> None:
    def look(tracker: Any) -> dict[str, Any]:
        return {"events": [], "responses": [{"text": "I did not expect that"}]}

    talk = talk_to(tmp_path, **({"action_unlikely_intent": look} if is_overridden else {}))
    prediction = Prediction("UnexpecTEDIntentPolicy", 2, {"action_unlikely_intent": 1.0})
    await talk.processor.run_action(SENDER, prediction, talk.screen)
    assert [message.text for message in talk.screen.messages] == ["I did not expect that"] * is_overridden
    assert "action action_unlikely_intent" in [short(event) for event in await talk.events()]


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

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from framework.conversation.events import (
    ActionExecuted,
    ConversationPaused,
    ConversationResumed,
    Event,
    FollowupAction,
    SlotSet,
    UserUttered,
)
from framework.conversation.tracker import Tracker
from framework.dialogue.actions.action import Action, ActionContext
from framework.dialogue.channel import BotMessage, UserMessage
from framework.dialogue.messages import bot_event
from framework.dialogue.prediction import Prediction
from framework.errors import EnvironmentProblem, Problem, UsageError
from framework.registry import Provides, Registry, hookimpl
from framework.storage.memory import InMemoryTrackerStore
from framework.storage.ports import StoredConversation, TrackerStore, VersionConflict
from tests.dialogue.talking import SENDER, ActionsInProcess, Screen, Talk, assistant_of, bot_of, short, slot

DOMAIN = """
intents: [greet, order, loop]
slots:
  size:
    type: text
    mappings: [{type: custom}]
responses:
  utter_greet: [{text: Hello}]
  utter_looking: [{text: Let me look that up}]
  utter_found: [{text: "Your size is {size}"}]
actions: [action_look_up]
"""
RULES = """
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: order
  steps: [{intent: order}, {action: utter_looking}, {action: action_look_up}, {action: utter_found}]
"""
SESSION_START = ["action action_session_start", "session_started", "action action_listen"]


def look_up(tracker: Tracker) -> dict[str, Any]:
    return {"events": [slot("size", "M")], "responses": []}


def talk_to(folder: Path, store: TrackerStore | None = None, **more: Any) -> Talk:
    assistant = assistant_of(bot_of(folder, DOMAIN, RULES))
    own_actions = more.pop("own_actions", ActionsInProcess(action_look_up=look_up))
    return Talk(assistant, store or InMemoryTrackerStore(), own_actions=own_actions, **more)


async def test_a_turn_is_a_message_the_actions_that_answer_it_and_listening(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    assert await talk.say("/greet") == ["Hello"]
    assert [short(event) for event in await talk.events() if short(event) != "user_featurization"] == [
        *SESSION_START,
        "user /greet",
        "action utter_greet",
        "bot Hello",
        "action action_listen",
    ]


async def test_every_event_tells_which_model_and_assistant_made_it_in_order_of_time(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/order", metadata={"page": "cart"})
    events = await talk.events()
    assert all(event.metadata["model_id"] == "m1" for event in events)
    assert all(event.metadata["assistant_id"] == "little-bot" for event in events)
    times = [event.timestamp for event in events]
    assert times == sorted(times)
    message = next(event for event in events if isinstance(event, UserUttered))
    assert message.metadata["page"] == "cart"
    assert message.parse_data["metadata"] == {"page": "cart"}


async def test_the_metadata_of_the_first_message_is_kept_in_a_slot(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet", metadata={"page": "cart"})
    await talk.say("/greet", metadata={"page": "home"})
    assert (await talk.slots())["session_started_metadata"] == {"page": "cart"}


async def test_a_message_that_arrives_twice_is_answered_once(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    assert await talk.say("/greet", message_id="one") == ["Hello"]
    version = await talk.store.version(SENDER)
    assert await talk.say("/greet", message_id="one") == []
    assert await talk.store.version(SENDER) == version
    assert await talk.say("/greet", message_id="two") == ["Hello"]


async def test_a_message_whose_turn_broke_off_is_answered_when_it_arrives_again(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet", message_id="one")
    stored = await talk.events()
    await talk.store.replace(SENDER, stored[: stored.index(next(e for e in stored if isinstance(e, UserUttered))) + 1])
    assert await talk.say("/greet", message_id="one") == ["Hello"]
    assert sum(isinstance(event, UserUttered) for event in await talk.events()) == 1


async def test_what_the_bot_says_before_a_look_up_is_stored_and_said_before_the_look_up_runs(tmp_path: Path) -> None:
    screen = Screen()
    seen: list[list[str | None]] = []

    def look(tracker: Tracker) -> dict[str, Any]:
        seen.append([message.text for message in screen.messages])
        return look_up(tracker)

    talk = talk_to(tmp_path, own_actions=ActionsInProcess(action_look_up=look), screen=screen)
    assert await talk.say("/order") == ["Let me look that up", "Your size is M"]
    assert seen == [["Let me look that up"]]


async def test_a_response_leaves_only_after_the_event_that_carries_it_is_stored(tmp_path: Path) -> None:
    store = InMemoryTrackerStore()
    stored: list[bool] = []

    class Checking(Screen):
        async def send(self, recipient_id: str, message: BotMessage) -> None:
            events = (await store.load_all(recipient_id)).events
            stored.append(any(short(event) == f"bot {message.text}" for event in events))
            await super().send(recipient_id, message)

    talk = talk_to(tmp_path, store, screen=Checking())
    await talk.say("/order")
    assert stored == [True, True]


class MeddlingStore(InMemoryTrackerStore):
    """A store to which somebody else writes right before an append."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.loads = 0

    async def load(self, sender_id: str) -> StoredConversation:
        self.loads += 1
        return await super().load(sender_id)

    async def append(self, sender_id: str, events: Sequence[Event], *, expected_version: int) -> int:
        if self.times:
            self.times -= 1
            version = await self.version(sender_id)
            await super().append(sender_id, [SlotSet(name="size", value="XL")], expected_version=version)
        return await super().append(sender_id, events, expected_version=expected_version)


async def test_a_turn_is_taken_again_where_somebody_else_wrote_meanwhile(tmp_path: Path) -> None:
    store = MeddlingStore(times=0)
    talk = talk_to(tmp_path, store)
    await talk.say("/greet")
    store.times = 2
    assert await talk.say("/greet") == ["Hello"]
    events = [short(event) for event in await talk.events()]
    assert events.count("slot size=XL") == 2
    assert events.count("user /greet") == 2


async def test_a_turn_that_was_partly_stored_goes_on_from_there(tmp_path: Path) -> None:
    store = MeddlingStore(times=0)

    def look(tracker: Tracker) -> dict[str, Any]:
        store.times = 1 if len(actions.ran) == 1 else 0
        return look_up(tracker)

    actions = ActionsInProcess(action_look_up=look)
    talk = talk_to(tmp_path, store, own_actions=actions)
    assert await talk.say("/order") == ["Let me look that up", "Your size is M"]
    assert [short(event) for event in await talk.events()].count("user /order") == 1


async def test_a_turn_gives_up_where_the_conflicts_do_not_end(tmp_path: Path) -> None:
    talk = talk_to(tmp_path, MeddlingStore(times=100))
    with pytest.raises(VersionConflict):
        await talk.say("/greet")


async def test_a_conversation_is_loaded_once_while_nobody_else_writes(tmp_path: Path) -> None:
    store = MeddlingStore(times=0)
    talk = talk_to(tmp_path, store)
    for _ in range(5):
        await talk.say("/greet")
    assert store.loads == 1
    await store.append(SENDER, [SlotSet(name="size", value="S")], expected_version=await store.version(SENDER))
    await talk.say("/order")
    assert store.loads == 2


async def test_a_channel_that_fails_does_not_stop_the_turn(tmp_path: Path) -> None:
    class Broken(Screen):
        async def send(self, recipient_id: str, message: BotMessage) -> None:
            raise EnvironmentProblem(Problem(code="unset-variable", what="the platform is down"))

    talk = talk_to(tmp_path, screen=Broken())
    await talk.say("/order")
    assert (await talk.latest_turn())[-1] == "action action_listen"


async def test_an_action_that_fails_loses_its_events_and_the_conversation_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    talk = talk_to(tmp_path, own_actions=ActionsInProcess())
    assert await talk.say("/order") == ["Let me look that up", "Your size is None"]
    assert "action action_look_up" in await talk.latest_turn()
    assert "'action_look_up' is nowhere" in caplog.text


async def test_without_anything_to_run_own_actions_the_log_says_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    talk = talk_to(tmp_path, own_actions=None)
    await talk.say("/order")
    assert "action_endpoint" in caplog.text


async def test_a_session_expires_and_slots_are_carried_over(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/order")
    await age(talk, minutes=61)
    await talk.say("/greet")
    events = [short(event) for event in await talk.events()]
    again = events[events.index("session_started", 3) - 1 :]
    assert again[:4] == ["action action_session_start", "session_started", "slot size=M", "action action_listen"]
    assert (await talk.slots())["size"] == "M"


@pytest.mark.parametrize(
    ("config", "sessions", "size"),
    [
        ("{session_expiration_time: 60, carry_over_slots_to_new_session: false}", 2, None),
        ("{session_expiration_time: 0}", 1, "M"),
        ("{session_expiration_time: 90}", 1, "M"),
    ],
)
async def test_a_domain_says_when_sessions_expire_and_what_they_keep(
    tmp_path: Path, config: str, sessions: int, size: str | None
) -> None:
    assistant = assistant_of(bot_of(tmp_path, f"{DOMAIN}session_config: {config}\n", RULES))
    talk = Talk(assistant, own_actions=ActionsInProcess(action_look_up=look_up))
    await talk.say("/order")
    await age(talk, minutes=61)
    await talk.say("/greet")
    assert [short(event) for event in await talk.events()].count("session_started") == sessions
    assert (await talk.slots()).get("size") == size


async def test_a_paused_bot_listens_and_says_nothing_until_it_is_resumed(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet")
    await talk.processor.append_events(SENDER, [ConversationPaused()])
    assert await talk.say("/greet") == []
    assert await talk.latest_turn() == ["user /greet"]
    await talk.processor.append_events(SENDER, [ConversationResumed()])
    assert await talk.say("/greet") == ["Hello"]


async def test_a_follow_up_action_comes_next_whatever_the_rules_say(tmp_path: Path) -> None:
    def look(tracker: Tracker) -> dict[str, Any]:
        return {"events": [{"event": "followup", "name": "utter_greet"}], "responses": []}

    talk = talk_to(tmp_path, own_actions=ActionsInProcess(action_look_up=look))
    assert (await talk.say("/order"))[:2] == ["Let me look that up", "Hello"]
    follow_up = [e for e in await talk.events() if isinstance(e, ActionExecuted) and e.policy == "followup_action"]
    assert follow_up[0].name == "utter_greet"


async def test_an_unknown_follow_up_action_is_reported_and_ignored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet")
    message = UserUttered(text="/greet", parse_data={"intent": {"name": "greet"}})
    await talk.processor.append_events(SENDER, [message, FollowupAction(name="utter_nothing")])
    prediction, _ = await talk.processor.predict(SENDER)
    assert prediction.action == "utter_greet"
    assert "'utter_nothing' is not in the domain" in caplog.text


async def test_a_turn_with_too_many_actions_ends_and_the_bot_goes_on_with_the_next_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MAX_NUMBER_OF_PREDICTIONS", "2")
    talk = talk_to(tmp_path)
    await talk.say("/order")
    assert [event for event in await talk.latest_turn() if event.startswith("action")] == [
        "action utter_looking",
        "action action_look_up",
        "action action_listen",
    ]
    assert "MAX_NUMBER_OF_PREDICTIONS" in caplog.text
    assert await talk.say("/greet") == ["Hello"]


async def test_a_conversation_that_got_stuck_elsewhere_answers_from_the_second_message_on(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet")
    await talk.processor.append_events(SENDER, [ActionExecuted(name="utter_greet")] * 10)
    assert await talk.say("/greet") == []
    assert await talk.say("/greet") == ["Hello"]


@pytest.mark.parametrize("written", ["many", "0", "-3", "2.5"])
def test_a_limit_of_actions_that_is_no_number_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("MAX_NUMBER_OF_PREDICTIONS", written)
    with pytest.raises(UsageError, match="MAX_NUMBER_OF_PREDICTIONS is"):
        talk_to(tmp_path)


async def test_an_action_that_pauses_the_bot_leaves_it_listening(tmp_path: Path) -> None:
    def hand_over(tracker: Tracker) -> dict[str, Any]:
        return {"events": [{"event": "pause"}], "responses": [{"text": "A colleague takes over"}]}

    talk = talk_to(tmp_path, own_actions=ActionsInProcess(action_look_up=hand_over))
    assert await talk.say("/order") == ["Let me look that up", "A colleague takes over"]
    assert (await talk.latest_turn())[-2:] == ["pause", "action action_listen"]
    assert await talk.say("/greet") == []
    await talk.processor.append_events(SENDER, [ConversationResumed()])
    assert await talk.say("/greet") == ["Hello"]


async def test_a_restart_brings_a_paused_bot_back(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet")
    await talk.processor.append_events(SENDER, [ConversationPaused()])
    await talk.say("/restart")
    assert not (await talk.tracker()).paused
    assert await talk.say("/greet") == ["Hello"]


async def test_an_intent_can_be_triggered_from_outside(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet")
    tracker = await talk.processor.trigger_intent(SENDER, "order", {"number": 3}, talk.screen)
    assert (await talk.latest_turn())[0] == "user EXTERNAL: order"
    assert tracker.latest_message is not None
    assert tracker.latest_message.entities == [{"entity": "number", "value": 3}]
    assert tracker.latest_message.metadata["is_external"] is True
    assert tracker.latest_message.input_channel == "rest"
    assert [message.text for message in talk.screen.messages][1:] == ["Let me look that up", "Your size is M"]


async def test_an_action_can_be_run_from_outside(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    prediction = Prediction(policy="", priority=0, probabilities={"utter_greet": 1.0})
    await talk.processor.run_action(SENDER, prediction, talk.screen)
    assert [message.text for message in talk.screen.messages] == ["Hello"]


async def test_events_from_elsewhere_keep_their_time_and_are_delivered_only_if_asked(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    await talk.say("/greet")
    event = bot_event({"text": "A colleague takes over"})
    past = msgspec.structs.replace(event, timestamp=12.5)
    tracker = await talk.processor.append_events(SENDER, [past])
    assert tracker.events[-1].timestamp == 12.5
    assert len(talk.screen.messages) == 1
    await talk.processor.append_events(SENDER, [past], talk.screen)
    assert [message.text for message in talk.screen.messages] == ["Hello", "A colleague takes over"]


async def test_a_message_can_be_logged_without_an_answer(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    tracker = await talk.processor.log_message(UserMessage(text="/greet", sender_id=SENDER))
    assert [short(event) for event in tracker.events] == [*SESSION_START, "user /greet"]


async def test_a_conversation_that_never_was_shows_how_it_will_begin_and_is_not_stored(tmp_path: Path) -> None:
    talk = talk_to(tmp_path)
    tracker = await talk.processor.fetch_tracker("nobody")
    assert [short(event) for event in tracker.events] == SESSION_START
    assert await talk.store.version("nobody") == 0


async def test_plugins_see_and_change_what_passes(tmp_path: Path) -> None:
    seen: list[str] = []

    class Plugin:
        @hookimpl
        def message_received(self, message: UserMessage) -> UserMessage:
            return UserMessage(text=(message.text or "").replace("hi", "/greet"), sender_id=message.sender_id)

        @hookimpl
        def message_parsed(self, message: UserMessage, parse_data: dict[str, Any]) -> None:
            seen.append(parse_data["intent"]["name"])

        @hookimpl
        def action_predicted(self, tracker: Tracker, prediction: Prediction) -> None:
            seen.append(prediction.action or "")

        @hookimpl
        def events_appended(self, sender_id: str, events: list[Event]) -> None:
            seen.append(f"{len(events)} events of {sender_id}")

        @hookimpl
        def response_sending(self, sender_id: str, response: BotMessage) -> BotMessage:
            return BotMessage(text=f"{response.text}!")

    registry = Registry()
    registry.add_plugin(Plugin(), "shouting")
    talk = talk_to(tmp_path, registry=registry)
    assert await talk.say("hi") == ["Hello!"]
    assert seen == ["action_session_start", "greet", "utter_greet", "action_listen", f"8 events of {SENDER}"]


class Wave(Action):
    async def run(self, context: ActionContext) -> list[Event]:
        if context.tracker.slots["size"] == "broken":
            raise RuntimeError("no hand")
        return [bot_event({"text": "\\o/"}), SlotSet(name="size", value="broken")]


async def test_an_action_of_a_plugin_runs_in_place_of_one_of_the_bots_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Plugin:
        @hookimpl
        def framework_provides(self) -> list[Provides]:
            return [Provides("action", "action_look_up", f"{__name__}:Wave")]

    registry = Registry()
    registry.add_plugin(Plugin(), "waving")
    talk = talk_to(tmp_path, registry=registry)
    assert (await talk.say("/order"))[1] == "\\o/"
    assert (await talk.say("/order"))[0] == "Let me look that up"
    assert "action 'action_look_up' of plugin 'waving' failed: RuntimeError: no hand" in caplog.text


async def age(talk: Talk, *, minutes: float) -> None:
    """Makes everything that happened longer ago."""
    past = time.time() - minutes * 60
    events = [msgspec.structs.replace(event, timestamp=past) for event in await talk.events()]
    await talk.store.replace(SENDER, events)

"""A tracker is what its events make of it, whatever was taken back in between."""

from __future__ import annotations

import cProfile
import logging
import random
from typing import Any

import pytest
from msgspec.structs import replace

from framework.bot.domain import TWO_STAGE_FALLBACK, Domain
from framework.conversation.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    ConversationPaused,
    ConversationResumed,
    EntitiesAdded,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserFeaturization,
    UserUtteranceReverted,
    UserUttered,
)
from framework.conversation.moment import Moment
from framework.conversation.slots import SlotSchema
from framework.conversation.tracker import Tracker
from tests.conversation.conversing import DOMAIN, did, in_short, listen, loop, slot, tracker_of, user


def test_new_conversation_is_to_listen_and_has_initial_slots() -> None:
    tracker = tracker_of()
    assert tracker.followup_action == "action_listen"
    assert dict(tracker.slots) == {"size": None, "toppings": ["cheese"], "requested_slot": None}
    assert tracker.latest_message is None
    assert tracker.latest_action_name is None
    assert tracker.active_loop is None


def test_slots_go_back_when_the_message_that_filled_them_is_taken_back() -> None:
    tracker = tracker_of(listen(), user("order"), slot("size", "big"), did("utter_ok"), listen())
    tracker.apply_all([user("inform"), slot("size", "small"), did("utter_what"), UserUtteranceReverted()])
    assert tracker.slots["size"] == "big"
    assert in_short(tracker.applied_events()) == [
        "action action_listen",
        "user order",
        "slot size=big",
        "action utter_ok",
    ]
    assert tracker.latest_message is not None
    assert tracker.latest_message.intent == "order"


def test_undo_takes_back_the_last_action_and_what_it_did() -> None:
    tracker = tracker_of(listen(), user("order"), did("action_a"), slot("size", "big"), ActionReverted())
    assert tracker.slots["size"] is None
    assert tracker.latest_action_name == "action_listen"


def test_restart_forgets_everything_and_calls_for_a_new_session() -> None:
    tracker = tracker_of(listen(), user("order"), slot("size", "big"), loop("pizza_form"), Restarted())
    assert tracker.slots["size"] is None
    assert tracker.active_loop is None
    assert tracker.applied_events() == []
    assert tracker.followup_action == "action_session_start"
    assert tracker.events_since_restart() == []
    assert len(tracker.events) == 5


def test_session_start_begins_with_fresh_slots() -> None:
    tracker = tracker_of(slot("size", "big"), SessionStarted(), listen())
    assert tracker.slots["size"] is None
    assert in_short(tracker.applied_events()) == ["action action_listen"]


def test_reset_slots_are_initial_again() -> None:
    tracker = tracker_of(slot("toppings", ["ham"]), AllSlotsReset())
    assert tracker.slots["toppings"] == ["cheese"]


def test_followup_stays_until_an_action_ran_or_the_user_spoke() -> None:
    tracker = tracker_of(listen(), user("greet"), FollowupAction(name="utter_hi"))
    assert tracker.followup_action == "utter_hi"
    tracker.apply(did("utter_hi"))
    assert tracker.followup_action is None


def test_followup_that_declines_is_not_asked_again() -> None:
    tracker = tracker_of(FollowupAction(name="pizza_form"), ActionExecutionRejected(name="pizza_form"))
    assert tracker.followup_action is None


def test_paused_conversation_can_be_resumed() -> None:
    tracker = tracker_of(ConversationPaused())
    assert tracker.paused
    tracker.apply(ConversationResumed())
    assert not tracker.paused


def test_loop_remembers_what_started_it_and_whether_it_declined() -> None:
    tracker = tracker_of(listen(), user("order"), did("pizza_form"), loop("pizza_form"))
    assert tracker.active_loop is not None
    assert tracker.active_loop.trigger_message == {
        "intent": {"name": "order"},
        "entities": [],
        "text": "/order",
        "message_id": None,
        "metadata": {},
    }
    tracker.apply_all([listen(), user("stop"), ActionExecutionRejected(name="pizza_form")])
    assert tracker.active_loop.rejected
    tracker.apply(LoopInterrupted(is_interrupted=True))
    assert tracker.active_loop.is_interrupted
    tracker.apply(did("pizza_form"))
    assert not tracker.active_loop.rejected
    assert not tracker.active_loop.is_interrupted


def test_repeated_loop_executions_swallow_the_messages_they_asked_for() -> None:
    tracker = tracker_of(listen(), user("order"), did("pizza_form"), loop("pizza_form"), slot("requested_slot", "size"))
    tracker.apply_all([listen(), user("inform"), slot("size", "big"), did("pizza_form"), slot("requested_slot", None)])
    assert in_short(tracker.applied_events()) == [
        "action action_listen",
        "user order",
        "action pizza_form",
        "active_loop pizza_form",
        "slot requested_slot=size",
        "slot size=big",
        "slot requested_slot=None",
    ]
    assert tracker.latest_message is not None
    assert tracker.latest_message.intent == "inform"


def test_loop_after_an_unhappy_path_keeps_its_messages() -> None:
    tracker = tracker_of(listen(), user("order"), did("pizza_form"), loop("pizza_form"), listen(), user("stop"))
    tracker.apply_all([ActionExecutionRejected(name="pizza_form"), did("utter_why"), did("pizza_form")])
    assert in_short(tracker.applied_events())[-4:] == [
        "user stop",
        "action_execution_rejected pizza_form",
        "action utter_why",
        "action pizza_form",
    ]


def answers_two_questions(*, domain: Domain = DOMAIN) -> Tracker:
    tracker = Tracker("ann", domain)
    tracker.apply_all([listen(), user("order"), did("pizza_form"), loop("pizza_form"), listen()])
    tracker.apply_all([user("inform"), slot("size", "big"), did("pizza_form"), listen()])
    tracker.apply_all([user("inform"), slot("toppings", ["ham"]), did("pizza_form"), loop(None)])
    return tracker


def test_rewind_takes_back_one_message_of_a_form_at_a_time() -> None:
    tracker = answers_two_questions()
    tracker.apply(UserUtteranceReverted())
    assert (tracker.slots["size"], tracker.slots["toppings"]) == ("big", ["cheese"])
    assert tracker.active_loop_name == "pizza_form"
    tracker.apply(UserUtteranceReverted())
    assert tracker.slots["size"] is None
    assert tracker.active_loop_name == "pizza_form"
    tracker.apply(UserUtteranceReverted())
    assert tracker.applied_events() == []


def test_rewind_takes_back_a_whole_form_where_the_domain_says_so() -> None:
    tracker = answers_two_questions(domain=replace(DOMAIN, rewinds_whole_forms=True))
    tracker.apply(UserUtteranceReverted())
    assert tracker.applied_events() == []
    assert tracker.slots["size"] is None


def test_rewind_takes_back_all_questions_of_a_two_stage_fallback() -> None:
    tracker = tracker_of(listen(), user("greet"), did("utter_hi"), listen(), user("stop"), did(TWO_STAGE_FALLBACK))
    tracker.apply_all([loop(TWO_STAGE_FALLBACK), listen(), user("inform"), did(TWO_STAGE_FALLBACK), loop(None)])
    tracker.apply(UserUtteranceReverted())
    assert in_short(tracker.applied_events()) == ["action action_listen", "user greet", "action utter_hi"]


def test_action_that_turns_out_to_be_a_loop_is_folded_from_the_start() -> None:
    tracker = tracker_of(listen(), user("order"), did("my_loop"), listen(), user("inform"), did("my_loop"))
    assert len(tracker.applied_events()) == 6
    tracker.apply(loop("my_loop"))
    assert in_short(tracker.applied_events()) == [
        "action action_listen",
        "user order",
        "action my_loop",
        "active_loop my_loop",
    ]


def test_unknown_slot_is_logged_once_and_ignored(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        tracker = tracker_of(slot("colour", "red"), slot("colour", "blue"))
    assert "colour" not in tracker.slots
    assert [record.getMessage() for record in caplog.records] == [
        "slot.unknown slot=colour (add it to the domain; the value is ignored)"
    ]


def test_entities_of_policies_join_the_message_but_not_its_event() -> None:
    message = user("order")
    tracker = tracker_of(listen(), message, EntitiesAdded(entities=[{"entity": "size", "value": "big"}]))
    assert tracker.latest_entity_values("size") == ["big"]
    assert message.entities == []


def test_actions_since_the_bot_listened_are_counted_even_if_taken_back() -> None:
    tracker = tracker_of(listen(), user("greet"), did("a"), did("b"), ActionReverted())
    assert tracker.actions_since_listen == 2
    tracker.apply(did("action_session_start"))
    assert tracker.actions_since_listen == 0


def test_queries_for_forms_look_back_only_as_far_as_asked() -> None:
    tracker = tracker_of(listen(), user("greet"), slot("size", "big"), did("a"), did("b"), listen(), did("c"))
    assert tracker.last_executed_action() == "c"
    assert tracker.last_executed_action(skip=2) == "a"
    assert in_short(tracker.events_since_listen()) == ["action c"]
    assert in_short(tracker.events_since_message())[0] == "slot size=big"
    assert tracker.last_event(SlotSet) == slot_event(tracker)


def slot_event(tracker: Tracker) -> Event:
    return tracker.events[2]


def test_copy_goes_its_own_way() -> None:
    tracker = tracker_of(listen(), user("greet"))
    other = tracker.copy()
    other.apply_all([did("a"), slot("size", "big")])
    assert len(tracker.events) == 2
    assert tracker.slots["size"] is None
    assert in_short(other.applied_events())[-1] == "slot size=big"


def test_emptied_conversation_is_as_new() -> None:
    other = tracker_of(listen(), user("greet"), slot("size", "big")).emptied()
    assert other.events == []
    assert other.slots["size"] is None
    assert other.sender_id == "ann"


class Swallowed:
    """Stands where the turn of a message began that a loop swallowed."""


def folded(events: list[Event]) -> list[Event]:
    """The events that count, worked out anew from all of them."""
    return [event for event in folded_with_marks(events) if not isinstance(event, Swallowed)]


def folded_with_marks(events: list[Event]) -> list[Any]:
    loops = {event.name for event in events if isinstance(event, ActiveLoop) and event.name}
    left: list[Any] = []
    for event in events:
        match event:
            case Restarted() | SessionStarted():
                left = []
            case ActionReverted():
                left = cut_before_last(left, ActionExecuted)
            case UserUtteranceReverted():
                left = taken_back(left)
            case ActionExecuted(name=name) if name in loops and continues(left, name):
                start = max(i for i, e in enumerate(left) if isinstance(e, ActionExecuted) and e.name == name) + 1
                left = left[:start] + swallowed(left[start:])
            case _:
                left = [*left, event]
    return left


def swallowed(events: list[Any]) -> list[Any]:
    left: list[Any] = []
    turn_begin: int | None = None
    for event in events:
        if not isinstance(event, ActionExecuted | UserUttered | UserFeaturization):
            left.append(event)
            continue
        if turn_begin is None or isinstance(event, ActionExecuted):
            turn_begin = len(left)
        if isinstance(event, UserUttered):
            left.insert(turn_begin, Swallowed())
    return left


def taken_back(events: list[Any]) -> list[Any]:
    places = [i for i, event in enumerate(events) if isinstance(event, UserUttered | Swallowed)]
    if not places or isinstance(events[places[-1]], Swallowed):
        return events[: places[-1]] if places else []
    return cut_before_last(events[: places[-1]], ActionExecuted)


def cut_before_last(events: list[Any], kind: type) -> list[Any]:
    places = [i for i, event in enumerate(events) if isinstance(event, kind)]
    return events[: places[-1]] if places else []


def continues(events: list[Any], name: str | None) -> bool:
    following: str | None = None
    for event in reversed(events):
        match event:
            case ActiveLoop(name=None):
                return False
            case ActionExecutionRejected(name=rejected) if rejected == name:
                return False
            case UserUttered() if following not in (None, name):
                return False
            case ActionExecuted(name=action) if action == name:
                return True
            case ActionExecuted(name=action):
                following = action
    return False


def replayed(events: list[Event]) -> Moment:
    moment = Moment(slots=SlotSchema(DOMAIN).empty)
    for event in events:
        moment = moment.after(event)
    return moment


@pytest.mark.parametrize("seed", range(40))
def test_history_kept_up_to_date_equals_one_worked_out_anew(seed: int) -> None:
    chance = random.Random(seed)
    makers = [
        listen,
        lambda: user(chance.choice(["greet", "order", "inform"])),
        lambda: user("inform"),
        lambda: did(chance.choice(["utter_a", "pizza_form", "other_form"])),
        lambda: did("pizza_form"),
        lambda: loop(chance.choice(["pizza_form", "other_form", None])),
        lambda: slot("size", chance.choice(["big", "small", None])),
        lambda: ActionExecutionRejected(name="pizza_form"),
        lambda: UserFeaturization(use_text_for_featurization=False),
        ActionReverted,
        UserUtteranceReverted,
        lambda: chance.choice([Restarted, SessionStarted, AllSlotsReset])() if chance.random() < 0.1 else listen(),
    ]
    tracker = tracker_of()
    for _ in range(150):
        tracker.apply(chance.choice(makers)())
        expected = folded(tracker.events)
        assert tracker.applied_events() == expected
        history = tracker.history
        assert dict(history.now.slots) == dict(replayed(expected).slots)
        assert history.now.action_name == replayed(expected).action_name
        before = [expected[:i] for i, event in enumerate(expected) if isinstance(event, ActionExecuted)]
        moments = list(history.moments_newest_first())[:0:-1]
        assert [m.action_name for m in moments] == [replayed(part).action_name for part in before]
        assert [dict(m.slots) for m in moments] == [dict(replayed(part).slots) for part in before]


def test_a_turn_late_in_a_conversation_costs_what_an_early_one_does() -> None:
    def turns(count: int) -> None:
        for _ in range(count):
            tracker.apply_all([user("inform"), slot("size", "big"), did("pizza_form"), slot("requested_slot", "size")])
            tracker.apply(listen())

    def calls(count: int) -> int:
        """How many functions are called; unlike the time it takes, that is the same on every machine."""
        counted = cProfile.Profile()
        counted.runcall(turns, count)
        return sum(entry.callcount for entry in counted.getstats())

    tracker = tracker_of(listen(), user("order"), did("pizza_form"), loop("pizza_form"), listen())
    early = calls(20)
    turns(1000)
    assert calls(20) < 1.3 * early  # positions are looked up by halving

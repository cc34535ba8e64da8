"""What policies see of a conversation before each decision."""

from __future__ import annotations

from framework.bot.domain import Domain, Entity, Form, Intent, Slot
from framework.conversation.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    FollowupAction,
    SlotSet,
    UserFeaturization,
    UserUttered,
)
from framework.conversation.tracker import Tracker
from framework.dialogue.states import DialogueState, RuleOnly, StateReader

DOMAIN = Domain(
    intents={
        "greet": Intent(name="greet"),
        "order": Intent(name="order", used_entities=("size",)),
    },
    entities={
        "size": Entity(name="size", roles=("main",)),
        "name": Entity(name="name"),
        "mood": Entity(name="mood", influence_conversation=False),
    },
    slots={"size": Slot(name="size", type="text"), "lang": Slot(name="lang", type="text", initial_value="en")},
    forms={"form": Form(name="form")},
)
READER = StateReader(DOMAIN)


def said(intent: str | None, text: str, *entities: dict[str, str]) -> UserUttered:
    return UserUttered(text=text, parse_data={"intent": {"name": intent}, "entities": list(entities)})


def did(name: str, *, hidden: bool = False) -> ActionExecuted:
    return ActionExecuted(name=name, hide_rule_turn=hidden)


def tracker_of(*events: Event) -> Tracker:
    return Tracker.from_events("ann", DOMAIN, events)


LANG = ("lang", (1.0,))


def test_states_stand_before_each_action_and_now() -> None:
    tracker = tracker_of(did("action_listen"), said("greet", "hi"), did("utter_hi"), SlotSet(name="size", value="big"))
    assert READER.for_prediction(tracker) == (
        DialogueState(slots=(LANG,)),
        DialogueState(intent="greet", action="action_listen", slots=(LANG,)),
        DialogueState(intent="greet", action="utter_hi", slots=(LANG, ("size", (1.0,)))),
    )


def test_only_the_latest_states_are_read_if_so_wished() -> None:
    tracker = tracker_of(did("action_listen"), said("greet", "hi"), did("a"), did("b"))
    assert [state.action for state in READER.for_prediction(tracker, limit=2)] == ["a", "b"]


def test_entities_count_as_their_intent_and_type_say() -> None:
    entities = (
        {"entity": "size", "role": "main"},
        {"entity": "name"},
        {"entity": "mood"},
        {"entity": "unknown"},
    )
    greeted = READER.for_prediction(tracker_of(did("action_listen"), said("greet", "hi", *entities)))[-1]
    ordered = READER.for_prediction(tracker_of(did("action_listen"), said("order", "hi", *entities)))[-1]
    assert greeted.entities == ("name", "size", "size#main")
    assert ordered.entities == ("size", "size#main")


def test_message_without_intent_is_empty_unless_its_text_counts() -> None:
    tracker = tracker_of(did("action_listen"), said(None, "what?"))
    newest = next(READER.newest_first(tracker))
    assert newest.text == "what?"
    assert READER.for_prediction(tracker)[-1] == DialogueState(action="action_listen", slots=(LANG,))
    tracker.apply_all([UserFeaturization(use_text_for_featurization=True), did("a")])
    assert READER.for_prediction(tracker)[-1].text == "what?"


def test_rules_learn_only_the_slots_they_name() -> None:
    tracker = tracker_of(did("action_listen"), said("greet", "hi"), SlotSet(name="size", value="big"), did("a"))
    assert [state.slots for state in READER.for_rule_training(tracker)] == [
        (),
        (("size", (1.0,)),),
        (("size", (1.0,)),),
    ]


def test_learned_policies_do_not_see_turns_that_only_rules_have() -> None:
    tracker = tracker_of(
        *(did("action_listen"), said("greet", "hi"), did("utter_hi"), did("action_listen")),
        *(said("order", "faq"), did("utter_faq", hidden=True), did("action_listen", hidden=True)),
        said("greet", "again"),
    )
    states = READER.for_prediction(tracker, rule_only=RuleOnly())
    assert [(state.action, state.intent) for state in states] == [
        (None, None),
        ("action_listen", "greet"),
        ("utter_hi", "greet"),
        ("action_listen", "greet"),
    ]


def test_what_follows_by_itself_stays_with_the_turn_it_belongs_to() -> None:
    tracker = tracker_of(did("action_listen"), said("order", "hi"), did("a", hidden=True))
    tracker.apply_all([FollowupAction(name="b"), did("b"), did("action_listen", hidden=True), said("greet", "hi")])
    assert [state.action for state in READER.for_prediction(tracker, rule_only=RuleOnly())] == [None, "action_listen"]


def test_slots_and_loops_that_only_rules_have_are_left_out() -> None:
    tracker = tracker_of(did("form"), ActiveLoop(name="form"), SlotSet(name="size", value="big"))
    rule_only = RuleOnly(slots=frozenset({"size"}), loops=frozenset({"form"}))
    newest = READER.for_prediction(tracker, rule_only=rule_only)[-1]
    assert newest == DialogueState(action="form", slots=(LANG,))


def test_unlikely_intents_are_overlooked() -> None:
    tracker = tracker_of(did("action_listen"), said("greet", "hi"), did("action_unlikely_intent"))
    assert READER.for_prediction(tracker)[-1].action == "action_listen"
    assert StateReader(DOMAIN, frozenset()).for_prediction(tracker)[-1].action == "action_unlikely_intent"


def test_state_is_written_in_the_groups_that_rasa_knows() -> None:
    state = DialogueState(intent="greet", entities=("name",), action="a", slots=(LANG,), loop="form")
    assert state.to_dict() == {
        "user": {"intent": "greet", "entities": ["name"]},
        "slots": {"lang": [1.0]},
        "prev_action": {"action_name": "a"},
        "active_loop": {"name": "form"},
    }
    assert DialogueState().to_dict() == {}

"""The rule policy decides in a fixed order, and tells why."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.conversation.events import (
    ActionExecuted,
    ActionExecutionRejected,
    Event,
    LoopInterrupted,
    UserUttered,
)
from framework.dialogue.states import RuleOnly
from framework_policies.rules import RulePolicy
from tests.conversation.conversing import did, listen, loop, slot, user
from tests.policies.talking import Trained

FAQ = """
    rules:
    - {rule: greet, conversation_start: true, steps: [{intent: greet}, {action: act_a}]}
    - {rule: faq, steps: [{intent: faq}, {action: act_a}]}
    - rule: detailed faq
      condition: [{slot_was_set: [{detailed: true}]}]
      steps: [{intent: faq}, {action: act_b}]
    - rule: big order
      condition: [{slot_was_set: [{detailed: null}]}]
      steps: [{intent: order, entities: [size]}, {action: act_c}]
    """
FORM = """
    rules:
    - {rule: open, steps: [{intent: order}, {action: form}, {active_loop: form}]}
    - rule: submit
      condition: [{active_loop: form}]
      steps: [{action: form}, {active_loop: null}, {slot_was_set: [{requested_slot: null}]}, {action: act_b}]
    - {rule: faq, steps: [{intent: faq}, {action: act_a}]}
    stories:
    - story: stop and go on
      steps:
      - intent: order
      - action: form
      - active_loop: form
      - intent: stop
      - action: act_c
      - intent: affirm
      - action: form
    """
IN_FORM = (listen(), user("order"), did("form"), loop("form"), slot("requested_slot", "size"), listen())
DECLINED = ActionExecutionRejected(name="form")


def sized_order() -> UserUttered:
    return UserUttered(text="big", parse_data={"intent": {"name": "order"}, "entities": [{"entity": "size"}]})


@pytest.mark.parametrize(
    ("events", "action"),
    [
        ((listen(), user("greet")), "act_a"),
        ((listen(), user("faq"), did("act_a"), listen(), user("greet")), "action_default_fallback"),
        ((listen(), user("faq")), "act_a"),
        ((did("act_c"), listen(), user("faq")), "act_a"),
        ((listen(), user("faq"), did("act_a")), "action_listen"),
        ((slot("detailed", True), listen(), user("faq")), "act_b"),
        ((slot("detailed", False), listen(), user("faq")), "act_a"),
        ((listen(), sized_order(), slot("size", "big")), "act_c"),
        ((listen(), user("order")), "action_default_fallback"),
        ((slot("detailed", True), listen(), sized_order(), slot("size", "big")), "action_default_fallback"),
        ((slot("lang", "fr"), listen(), user("faq")), "act_a"),
        ((listen(), user("restart")), "action_restart"),
        ((listen(), user("back")), "action_back"),
        ((listen(), user("session_start")), "action_session_start"),
    ],
    ids=[
        "rule for the start",
        "rule for the start, later",
        "rule",
        "rule after anything",
        "rule ends",
        "condition met: more specific",
        "condition not met",
        "entity wanted and slot empty",
        "entity wanted and missing",
        "slot should be empty",
        "slot that the rule does not name",
        "restart",
        "back",
        "session start",
    ],
)
def test_rule_applies_where_all_it_asks_for_holds(tmp_path: Path, events: tuple[Event, ...], action: str) -> None:
    prediction = Trained(RulePolicy, tmp_path, FAQ).after(*events)
    assert prediction.action == action
    assert prediction.confidence == (0.3 if action == "action_default_fallback" else 1.0)


def test_prediction_names_its_rule(tmp_path: Path) -> None:
    assert Trained(RulePolicy, tmp_path, FAQ).after(listen(), user("faq")).reason == "rule 'faq'"


def test_fallback_is_as_configured(tmp_path: Path) -> None:
    options = {"core_fallback_action_name": "act_b", "core_fallback_threshold": 0.6}
    prediction = Trained(RulePolicy, tmp_path, FAQ, **options).after(listen(), user("stop"))
    assert (prediction.action, prediction.confidence) == ("act_b", 0.6)


def test_nothing_is_predicted_without_fallback(tmp_path: Path) -> None:
    trained = Trained(RulePolicy, tmp_path, FAQ, enable_fallback_prediction=False)
    assert trained.after(listen(), user("stop")).action is None


def test_rule_that_does_not_wait_leaves_the_next_action_open(tmp_path: Path) -> None:
    data = "rules: [{rule: r, wait_for_user_input: false, steps: [{intent: faq}, {action: act_a}]}]"
    assert Trained(RulePolicy, tmp_path, data).after(listen(), user("faq"), did("act_a")).confidence == 0.3


@pytest.mark.parametrize(
    ("events", "action", "is_no_user"),
    [
        ((*IN_FORM, user("inform")), "form", True),
        ((*IN_FORM, user("inform"), did("form")), "action_listen", True),
        ((*IN_FORM, user("faq")), "form", True),
        ((*IN_FORM, user("restart")), "action_restart", False),
        ((*IN_FORM, user("faq"), DECLINED), "act_a", False),
        ((*IN_FORM, user("faq"), DECLINED, did("act_a")), "form", False),
        ((*IN_FORM, user("inform"), did("form"), loop(None), slot("requested_slot", None)), "act_b", False),
        ((*IN_FORM, user("inform"), DECLINED), "action_default_fallback", False),
    ],
    ids=[
        "goes on",
        "listens after it ran",
        "goes before rules",
        "default intents go before it",
        "declined: rules answer",
        "asks again after the rule",
        "ended: submit",
        "declined, no rule",
    ],
)
def test_loop_runs_until_it_declines_or_ends(
    tmp_path: Path, events: tuple[Event, ...], action: str, is_no_user: bool
) -> None:
    prediction = Trained(RulePolicy, tmp_path, FORM).after(*events)
    assert (prediction.action, prediction.is_no_user_prediction) == (action, is_no_user)


def test_loop_is_told_that_it_was_interrupted_where_stories_come_back_to_it(tmp_path: Path) -> None:
    trained = Trained(RulePolicy, tmp_path, FORM)
    stopped = (*IN_FORM, user("stop"), DECLINED, did("act_c"), listen())
    [event] = trained.after(*stopped, user("affirm"), DECLINED).events
    assert isinstance(event, LoopInterrupted)
    assert event.is_interrupted


def test_nothing_is_said_where_stories_do_not_go_on_with_the_loop(tmp_path: Path) -> None:
    steps = "{intent: order}, {action: form}, {active_loop: form}, {intent: faq}, {action: act_a}, {action: act_b}"
    trained = Trained(RulePolicy, tmp_path, f"{FORM.rstrip()}\n    - {{story: s, steps: [{steps}]}}\n")
    prediction = trained.after(*IN_FORM, user("faq"), DECLINED, did("act_a"))
    assert prediction.confidence == 0.3


def test_text_rules_go_before_intents(tmp_path: Path) -> None:
    data = """
        rules:
        - {rule: text, steps: [{user: "what is it"}, {action: act_b}]}
        - {rule: faq, steps: [{intent: faq}, {action: act_a}]}
        """
    trained = Trained(RulePolicy, tmp_path, data)
    by_text = trained.after(listen(), user("faq", "what is it"))
    assert (by_text.action, by_text.is_end_to_end_prediction) == ("act_b", True)
    by_intent = trained.after(listen(), user("faq", "tell me"))
    assert (by_intent.action, by_intent.is_end_to_end_prediction) == ("act_a", False)


@pytest.mark.parametrize(
    ("stories", "is_hidden"), [("", True), ("stories: [{story: s, steps: [{intent: faq}, {action: act_a}]}]", False)]
)
def test_turn_that_no_story_has_is_hidden_from_learned_policies(tmp_path: Path, stories: str, is_hidden: bool) -> None:
    data = f"\n    rules: [{{rule: faq, steps: [{{intent: faq}}, {{action: act_a}}]}}]\n    {stories}\n"
    assert Trained(RulePolicy, tmp_path, data).after(listen(), user("faq")).hide_rule_turn is is_hidden


def test_what_only_rules_name_is_learned(tmp_path: Path) -> None:
    data = (
        FAQ.rstrip()
        + "\n    stories: [{story: s, steps: [{intent: stop}, {slot_was_set: [{size: big}]}, {action: act_c}]}]\n"
    )
    trained = Trained(RulePolicy, tmp_path, data)
    assert trained.policy.learned_rule_only() == RuleOnly(slots=frozenset({"detailed"}))


def test_nothing_belongs_to_rules_alone_unless_they_are_compared(tmp_path: Path) -> None:
    trained = Trained(RulePolicy, tmp_path, FAQ, check_for_contradictions=False)
    assert trained.policy.learned_rule_only() == RuleOnly()
    assert trained.after(listen(), user("faq")).hide_rule_turn is False


def test_prediction_does_not_change_the_tracker(tmp_path: Path) -> None:
    events = (*IN_FORM, user("faq"), DECLINED, ActionExecuted(name="act_a"))
    trained = Trained(RulePolicy, tmp_path, FORM)
    assert trained.after(*events) == trained.after(*events)

"""Memoization continues what it knows, and is silent otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.conversation.events import ActionExecuted, Event, SlotSet, UserUttered
from framework.dialogue.states import RuleOnly
from framework_policies.memoization import AugmentedMemoizationPolicy, MemoizationPolicy
from tests.conversation.conversing import did, listen, slot, user
from tests.policies.talking import Trained

STORIES = """
    stories:
    - story: order
      steps: [{intent: greet}, {action: act_a}, {intent: order}, {action: act_b}]
    """
GREETED = (listen(), user("greet"), did("act_a"), listen())


def hidden(name: str) -> ActionExecuted:
    return ActionExecuted(name=name, hide_rule_turn=True)


@pytest.mark.parametrize(
    ("events", "action"),
    [
        ((), "action_listen"),
        ((listen(), user("greet")), "act_a"),
        ((*GREETED, user("order")), "act_b"),
        ((*GREETED, user("faq")), None),
        ((listen(), user("order")), None),
        ((*GREETED, user("faq"), did("act_c"), listen(), user("order")), None),
    ],
)
def test_conversation_is_continued_as_the_story_goes_on(
    tmp_path: Path, events: tuple[Event, ...], action: str | None
) -> None:
    prediction = Trained(MemoizationPolicy, tmp_path, STORIES).after(*events)
    assert prediction.action == action
    assert prediction.confidence == (1.0 if action else 0.0)
    assert prediction.priority == 3


@pytest.mark.parametrize("policy", [MemoizationPolicy, AugmentedMemoizationPolicy])
def test_the_story_that_was_remembered_is_the_reason(tmp_path: Path, policy: type[MemoizationPolicy]) -> None:
    trained = Trained(policy, tmp_path, STORIES)
    assert trained.after(*GREETED, user("order")).reason == "story 'order'"
    assert trained.after(listen(), user("faq")).reason is None


def test_only_the_latest_states_count_within_max_history(tmp_path: Path) -> None:
    trained = Trained(MemoizationPolicy, tmp_path, STORIES, max_history=2)
    assert trained.after(listen(), user("faq"), did("act_c"), *GREETED[1:], user("order")).action is None
    trained = Trained(
        MemoizationPolicy, tmp_path, STORIES, featurizer=[{"name": "MaxHistoryTrackerFeaturizer", "max_history": 1}]
    )
    assert trained.after(listen(), user("faq"), did("act_c"), listen(), user("order")).action == "act_b"


def test_whole_dialogue_counts_with_the_full_dialogue_featurizer(tmp_path: Path) -> None:
    featurizer = [{"name": "FullDialogueTrackerFeaturizer", "state_featurizer": [{"name": "SingleStateFeaturizer"}]}]
    trained = Trained(MemoizationPolicy, tmp_path, STORIES, max_history=1, featurizer=featurizer)
    assert trained.after(listen(), user("order")).action is None


def test_stories_that_disagree_are_not_followed(tmp_path: Path) -> None:
    data = """
        stories:
        - {story: one, steps: [{intent: greet}, {action: act_a}]}
        - {story: two, steps: [{intent: greet}, {action: act_b}]}
        - {story: three, steps: [{intent: greet}, {action: act_a}, {intent: stop}, {action: act_c}]}
        """
    assert Trained(MemoizationPolicy, tmp_path, data).after(listen(), user("greet")).action is None


def test_rules_are_not_memorised(tmp_path: Path) -> None:
    data = "rules: [{rule: r, steps: [{intent: greet}, {action: act_a}]}]"
    assert Trained(MemoizationPolicy, tmp_path, data).after(listen(), user("greet")).action is None


def test_confidence_of_the_intent_can_be_the_score(tmp_path: Path) -> None:
    trained = Trained(MemoizationPolicy, tmp_path, STORIES, use_nlu_confidence_as_score=True)
    message = UserUttered(text="hi", parse_data={"intent": {"name": "greet", "confidence": 0.7}, "entities": []})
    assert trained.after(listen(), message).confidence == 0.7


def test_turns_that_only_rules_have_do_not_put_a_story_off(tmp_path: Path) -> None:
    trained = Trained(MemoizationPolicy, tmp_path, STORIES)
    aside = (user("faq"), hidden("act_c"), hidden("action_listen"))
    assert trained.after(*GREETED, *aside, user("order")).action == "act_b"


def test_slots_that_only_rules_name_do_not_put_a_story_off(tmp_path: Path) -> None:
    trained = Trained(MemoizationPolicy, tmp_path, STORIES)
    events = (*GREETED, slot("detailed", True), user("order"))
    assert trained.after(*events).action is None
    trained.policy.rule_only = RuleOnly(slots=frozenset({"detailed"}))
    assert trained.after(*events).action == "act_b"


@pytest.mark.parametrize(("policy", "action"), [(MemoizationPolicy, None), (AugmentedMemoizationPolicy, "act_b")])
def test_augmented_memoization_forgets_slots_that_were_set_before(
    tmp_path: Path, policy: type[MemoizationPolicy], action: str | None
) -> None:
    trained = Trained(policy, tmp_path, STORIES)
    before = (listen(), user("faq"), SlotSet(name="size", value="big"), did("act_c"))
    assert trained.after(*before, *GREETED, user("order")).action == action


def test_augmented_memoization_keeps_slots_that_still_matter(tmp_path: Path) -> None:
    data = """
        stories:
        - {story: s, steps: [{intent: order}, {slot_was_set: [{size: big}]}, {action: act_a}, {intent: stop}, {action: act_b}]}
        """
    trained = Trained(AugmentedMemoizationPolicy, tmp_path, data)
    ordered = (listen(), user("order"), slot("size", "big"), did("act_a"), listen(), user("stop"))
    assert trained.after(listen(), user("faq"), did("act_c"), *ordered).action == "act_b"
    unset = (listen(), user("order"), did("act_a"), listen(), user("stop"))
    assert trained.after(listen(), user("faq"), slot("size", "big"), did("act_c"), *unset).action is None


@pytest.mark.parametrize("max_history", [2, 3, 4])
def test_augmented_memoization_cuts_only_within_its_history(tmp_path: Path, max_history: int) -> None:
    trained = Trained(AugmentedMemoizationPolicy, tmp_path, STORIES, max_history=max_history)
    aside = (user("faq"), slot("size", "big"), did("act_c"))
    assert trained.after(listen(), *aside, *GREETED, user("order")).action == "act_b"


def test_augmented_memoization_forgets_turns_that_rules_hid(tmp_path: Path) -> None:
    trained = Trained(AugmentedMemoizationPolicy, tmp_path, STORIES)
    aside = (user("faq"), hidden("act_c"), hidden("action_listen"))
    odd = (listen(), user("affirm"), slot("size", "big"), did("act_c"))
    assert trained.after(*odd, *GREETED, *aside, user("order")).action == "act_b"

"""Of many predictions, one wins."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import pytest

from framework.bot.domain import Domain
from framework.conversation.events import (
    ActionExecuted,
    ActionExecutionRejected,
    Event,
    LoopInterrupted,
    SlotSet,
    UserFeaturization,
)
from framework.conversation.tracker import Tracker
from framework.dialogue.ensemble import Ensemble
from framework.dialogue.policy import Policy, PolicyConfig, PolicyTrainingData
from framework.dialogue.prediction import Prediction
from framework.dialogue.states import RuleOnly
from framework.nlu.component import LoadContext

DOMAIN = Domain()


class Fixed(Policy[PolicyConfig]):
    """Always says the same."""

    def __init__(self, prediction: Prediction, learned: RuleOnly | None = None) -> None:
        super().__init__(PolicyConfig(), LoadContext(name=prediction.policy))
        self._prediction = prediction
        self._learned = learned

    def learned_rule_only(self) -> RuleOnly | None:
        return self._learned

    def train(self, data: PolicyTrainingData) -> None:
        """Knows already."""

    def predict(self, tracker: Tracker, domain: Domain) -> Prediction:
        return self._prediction

    def save(self, directory: Path) -> None:
        """Has nothing to save."""

    @classmethod
    def load(cls, config: PolicyConfig, directory: Path, context: LoadContext) -> Self:
        raise NotImplementedError


def says(name: str, confidence: float = 1.0, *, priority: int = 1, **more: object) -> Fixed:
    return Fixed(Prediction(policy=name, priority=priority, probabilities={f"utter_{name}": confidence}, **more))  # type: ignore[arg-type]


def predict(*policies: Fixed, after: tuple[Event, ...] = ()) -> Prediction:
    return Ensemble(policies).predict(Tracker.from_events("ann", DOMAIN, after), DOMAIN)


@pytest.mark.parametrize(
    ("policies", "winner"),
    [
        ([says("sure", 0.9), says("unsure", 0.3, priority=9)], "sure"),
        ([says("low", priority=1), says("high", priority=2)], "high"),
        ([says("first"), says("second")], "first"),
        ([says("by intent"), says("by text", 0.2, is_end_to_end_prediction=True)], "by text"),
        (
            [says("by text", is_end_to_end_prediction=True), says("loop", 0.5, is_no_user_prediction=True)],
            "loop",
        ),
    ],
    ids=["confidence", "priority", "order", "text beats intent", "loop beats all"],
)
def test_best_prediction_wins(policies: list[Fixed], winner: str) -> None:
    assert predict(*policies).policy == winner


def test_action_that_declined_is_not_asked_again() -> None:
    prediction = predict(says("form"), says("other", 0.4), after=(ActionExecutionRejected(name="utter_form"),))
    assert prediction.action == "utter_other"


def test_action_that_declined_may_run_again_once_another_ran() -> None:
    after = (ActionExecutionRejected(name="utter_form"), ActionExecuted(name="utter_other"))
    assert predict(says("form"), says("other", 0.4), after=after).action == "utter_form"


def test_events_of_all_policies_come_along_but_optional_ones_of_the_winner_only() -> None:
    interrupted = LoopInterrupted(is_interrupted=True)
    chosen, dropped = SlotSet(name="a"), SlotSet(name="b")
    winner = says("winner", optional_events=[chosen])
    other = says("other", 0.1, events=[interrupted], optional_events=[dropped])
    assert predict(winner, other).events == [interrupted, chosen]


@pytest.mark.parametrize("uses_text", [True, False])
def test_after_a_message_it_is_noted_whether_its_text_was_used(uses_text: bool) -> None:
    policy = says("p", is_end_to_end_prediction=uses_text)
    [event] = predict(policy, after=(ActionExecuted(name="action_listen"),)).events
    assert isinstance(event, UserFeaturization)
    assert event.use_text_for_featurization is uses_text


def test_what_only_rules_know_is_told_to_all_policies() -> None:
    rule_only = RuleOnly(slots=frozenset({"detailed"}))
    prediction = Prediction(policy="rules", priority=4, probabilities={})
    learner = says("learner")
    Ensemble([learner, Fixed(prediction, rule_only)])
    assert learner.rule_only == rule_only


def test_without_policies_nothing_is_predicted() -> None:
    assert predict().action is None


class Choosing(Fixed):
    """Only chooses, and notes that it was asked."""

    only_chooses = True
    asked = False

    def predict(self, tracker: Tracker, domain: Domain) -> Prediction:
        self.asked = True
        return super().predict(tracker, domain)


@pytest.mark.parametrize(
    ("other", "is_asked"),
    [
        (says("rule", 1.0, priority=4), False),
        (says("rule", 1.0, priority=3), True),
        (says("rule", 0.9, priority=4), True),
        (says("loop", 0.5, is_no_user_prediction=True), False),
        (says("text", 0.5, is_end_to_end_prediction=True), False),
    ],
)
def test_a_policy_that_only_chooses_is_not_asked_where_it_cannot_win(other: Fixed, is_asked: bool) -> None:
    choosing = Choosing(Prediction(policy="memory", priority=3, probabilities={"utter_memory": 1.0}))
    choosing.config = PolicyConfig(priority=3)
    prediction = predict(choosing, other)
    assert choosing.asked is is_asked
    assert (prediction.policy == "memory") is is_asked


def test_a_policy_is_asked_where_the_sure_action_has_just_declined() -> None:
    choosing = Choosing(Prediction(policy="memory", priority=3, probabilities={"utter_memory": 1.0}))
    rejection = ActionExecutionRejected(name="utter_rule")
    assert predict(choosing, says("rule", priority=4), after=(rejection,)).policy == "memory"

"""The ensemble: many policies, one answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from framework.bot.domain import Domain
from framework.conversation.events import ActionExecuted, ActionExecutionRejected, Event, UserFeaturization
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.policy import Policy
from framework.dialogue.prediction import Prediction


class Ensemble:
    """Asks every policy, and takes the best answer.

    What does not depend on the user (a loop that goes on) beats what goes by the user's words, and that beats what
    goes by their intent. Then the higher confidence wins, then the higher priority, then the policy that
    comes first.
    """

    def __init__(self, policies: Sequence[Policy[Any]]) -> None:
        self.policies = tuple(policies)
        self._order = sorted(range(len(self.policies)), key=lambda place: self.policies[place].only_chooses)
        for policy in self.policies:
            learned = policy.learned_rule_only()
            if learned is not None:
                for other in self.policies:
                    other.rule_only = learned

    def predict(self, tracker: Tracker, domain: Domain) -> Prediction:
        """Says what comes next; the events of all policies come along, the optional ones of the winner only.

        The prediction has no action where no policy has an answer; the bot then listens.
        """
        predictions = self._predictions(tracker, domain)
        if not predictions:
            return Prediction(policy="", priority=0, probabilities={})
        best = _best(predictions)
        events: list[Event] = [event for prediction in predictions for event in prediction.events]
        events += best.optional_events
        if tracker.latest_action_name == ACTION_LISTEN:
            events.append(UserFeaturization(use_text_for_featurization=best.is_end_to_end_prediction))
        best.events = events
        best.optional_events = []
        return best

    def _predictions(self, tracker: Tracker, domain: Domain) -> list[Prediction]:
        """The predictions in the order of the config, less those that do not matter."""
        rejected = _rejected_action(tracker)
        made: dict[int, Prediction] = {}
        for place in self._order:
            policy = self.policies[place]
            if policy.only_chooses and any(_beats_all(other, policy) for other in made.values()):
                continue
            prediction = policy.predict(tracker, domain)
            if rejected is not None:
                prediction.probabilities = {**prediction.probabilities, rejected: 0.0}
            made[place] = prediction
        return [made[place] for place in sorted(made)]


def _beats_all(prediction: Prediction, policy: Policy[Any]) -> bool:
    """Whether a prediction beats any that a policy could make which only chooses an action."""
    if prediction.is_no_user_prediction or prediction.is_end_to_end_prediction:
        return True
    return prediction.confidence >= 1.0 and prediction.priority > policy.config.priority


def _best(predictions: list[Prediction]) -> Prediction:
    candidates = [prediction for prediction in predictions if prediction.is_no_user_prediction]
    candidates = candidates or [prediction for prediction in predictions if prediction.is_end_to_end_prediction]
    # max() keeps the first of equals, which is the order of the config.
    return max(candidates or predictions, key=lambda prediction: (prediction.confidence, prediction.priority))


def _rejected_action(tracker: Tracker) -> str | None:
    """The action that declined to run, if nothing ran since."""
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted):
            return None
        if isinstance(event, ActionExecutionRejected):
            return event.name
    return None

"""A prediction in the form of the HTTP API."""

from __future__ import annotations

from typing import Any

from framework.conversation.tracker import Tracker
from framework.conversation.tracker_json import EventVerbosity, tracker_to_dict
from framework.dialogue.prediction import Prediction


def prediction_to_dict(prediction: Prediction, tracker: Tracker, verbosity: EventVerbosity) -> dict[str, Any]:
    """The scores of all actions of the domain, best first, who gave them, and the conversation they are for."""
    scores = dict.fromkeys(tracker.domain.action_names, 0.0) | prediction.probabilities
    ranked = sorted(scores.items(), key=lambda item: item[1], reverse=True)
    return {
        "scores": [{"action": action, "score": score} for action, score in ranked],
        "policy": prediction.policy,
        "confidence": prediction.confidence,
        "tracker": tracker_to_dict(tracker, verbosity),
    }

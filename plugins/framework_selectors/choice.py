"""From the probabilities of answers to what the parse output says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from framework.api import ResponseVariation, variation_to_dict
from framework.ml.features import Matrix
from framework_selectors.answers import UTTER_PREFIX, Answers

Choice = dict[str, Any]
"""``response`` and ``ranking``, as in the parse output."""


def nothing_chosen() -> Choice:
    """What is said of a message for which there is no answer."""
    return _choice(None, None, 0.0, [])


class Chooser:
    """Takes the most probable answer, of the message's own intent where that has answers."""

    def __init__(self, answers: Answers, responses: Mapping[str, Sequence[ResponseVariation]]) -> None:
        self._answers = answers
        self._numbers = {intent: np.array(numbers) for intent, numbers in answers.by_intent().items()}
        self._said = {
            key: list(map(variation_to_dict, responses.get(UTTER_PREFIX + key, ())))
            for keys in answers.keys
            for key in keys
        }

    def choose(self, probabilities: Matrix, intent: str | None, *, length: int, renormalize: bool) -> Choice:
        """The best answer and a ranking of the best ``length``, all if 0, from the probabilities ``[answers]``."""
        candidates = self._numbers.get(intent or "", np.arange(len(self._answers)))
        best = candidates[np.argsort(-probabilities[candidates], kind="stable")]
        best = best[: length or len(best)]
        confidences = probabilities[best]
        if renormalize:
            confidences = confidences / confidences.sum()
        ranking = [
            {"confidence": confidence, "intent_response_key": self._answers.key(number, intent)}
            for number, confidence in zip(best.tolist(), confidences.tolist(), strict=True)
        ]
        key = ranking[0]["intent_response_key"]
        return _choice(key, self._said[key], ranking[0]["confidence"], ranking)


def _choice(
    key: str | None, responses: list[dict[str, Any]] | None, confidence: float, ranking: list[dict[str, Any]]
) -> Choice:
    return {
        "response": {
            "responses": responses,
            "confidence": confidence,
            "intent_response_key": key,
            "utter_action": f"{UTTER_PREFIX}{key}",
        },
        "ranking": ranking,
    }

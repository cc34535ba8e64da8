"""Reads from parse data which answer a response selector should have chosen, and which it chose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from framework.evaluation.label_evaluation import LabelPrediction
from framework.evaluation.parsed_example import ParsedExample

_DEFAULT_SELECTOR = "default"


def predicted_responses(messages: Iterable[ParsedExample]) -> list[LabelPrediction]:
    """The response keys (``faq/price``) of the messages that have one.

    The selector is the one for the *right* intent: it is judged apart from the classifier.
    """
    return [
        _prediction(message, key)
        for message in messages
        if message.example.response_key and (key := message.example.intent)
    ]


def _prediction(message: ParsedExample, expected: str) -> LabelPrediction:
    selectors = message.parsed.get("response_selector", {})
    chosen: dict[str, Any] = selectors.get(message.example.intent_name) or selectors.get(_DEFAULT_SELECTOR) or {}
    response = chosen.get("response", {})
    return LabelPrediction(
        message=message,
        expected=expected,
        predicted=response.get("intent_response_key"),
        confidence=response.get("confidence", 0.0),
        linear=message.linear_response,
    )

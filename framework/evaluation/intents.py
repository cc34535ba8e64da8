"""Reads from parse data which intent was meant and which was understood."""

from __future__ import annotations

from collections.abc import Iterable

from framework.evaluation.label_evaluation import LabelPrediction
from framework.evaluation.parsed_example import ParsedExample
from framework.nlu.parse import ParseData

NOT_UNDERSTOOD = "nlu_fallback"


def predicted_intents(messages: Iterable[ParsedExample]) -> list[LabelPrediction]:
    """The intents of the messages that have one.

    Where the bot would say that it did not understand, the prediction is the intent it was most inclined to: so
    the classifier is judged, and the fallback can be judged beside it. Messages that are *meant* not to be understood
    are examples of ``nlu_fallback``, and judged by what the bot would do.
    """
    return [_prediction(message, name) for message in messages if (name := message.example.intent_name)]


def _prediction(message: ParsedExample, expected: str) -> LabelPrediction:
    best = message.parsed["intent"]
    fell_back = best["name"] == NOT_UNDERSTOOD
    if fell_back and expected != NOT_UNDERSTOOD:
        best = _behind_the_fallback(message.parsed)
    return LabelPrediction(
        message=message,
        expected=expected,
        predicted=best["name"],
        confidence=best["confidence"],
        linear=message.linear_intent,
        fell_back=fell_back,
    )


def _behind_the_fallback(parsed: ParseData) -> ParseData:
    others = (score for score in parsed.get("intent_ranking", ()) if score["name"] != NOT_UNDERSTOOD)
    found: ParseData = next(others, {"name": None, "confidence": 0.0})
    return found

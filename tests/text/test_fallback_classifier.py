from __future__ import annotations

import pytest
from pydantic import ValidationError

from framework.nlu.batch import IntentResult, IntentScore, MessageBatch
from framework.nlu.parse import to_parse_data
from tests.assembling import make


def classified(*scores: tuple[str, float], **config: float) -> IntentResult:
    batch = MessageBatch.of(["x"])
    if scores:
        ranking = [IntentScore(name, confidence) for name, confidence in scores]
        batch.intents[0] = IntentResult(ranking[0].name, ranking[0].confidence, ranking)
    make("FallbackClassifier", **config).process(batch)
    return batch.intents[0]


@pytest.mark.parametrize(
    "scores",
    [
        [("greet", 0.9), ("bye", 0.1)],
        [("greet", 0.3)],
        [("greet", 0.45), ("bye", 0.35)],
    ],
    ids=["sure", "exactly the threshold", "exactly the ambiguity threshold"],
)
def test_an_intent_that_is_sure_enough_stays(scores: list[tuple[str, float]]) -> None:
    assert classified(*scores, ambiguity_threshold=0.0999).name == "greet"


@pytest.mark.parametrize(
    "scores",
    [[("greet", 0.29), ("bye", 0.01)], [("greet", 0.5), ("bye", 0.45)], []],
    ids=["low confidence", "two that are close", "no intent at all"],
)
def test_an_unsure_message_falls_back(scores: list[tuple[str, float]]) -> None:
    assert classified(*scores).name == "nlu_fallback"


def test_the_fallback_heads_the_ranking_with_the_threshold_as_confidence() -> None:
    result = classified(("greet", 0.5), ("bye", 0.2), threshold=0.7)
    assert result == IntentResult(
        "nlu_fallback",
        0.7,
        [IntentScore("nlu_fallback", 0.7), IntentScore("greet", 0.5), IntentScore("bye", 0.2)],
    )


@pytest.mark.parametrize(
    ("scores", "reason", "score", "threshold"),
    [
        ([("greet", 0.25), ("bye", 0.01)], "threshold", 0.25, 0.3),
        ([("greet", 0.5), ("bye", 0.45)], "ambiguity", 0.05, 0.1),
    ],
    ids=["low confidence", "two that are close"],
)
def test_the_parse_output_says_why(
    scores: list[tuple[str, float]], reason: str, score: float, threshold: float
) -> None:
    batch = MessageBatch.of(["x"])
    ranking = [IntentScore(name, confidence) for name, confidence in scores]
    batch.intents[0] = IntentResult(ranking[0].name, ranking[0].confidence, ranking)
    make("FallbackClassifier").process(batch)
    (parsed,) = to_parse_data(batch)
    assert parsed["fallback"] == {"reason": reason, "score": pytest.approx(score), "threshold": threshold}


def test_an_intent_that_is_sure_enough_needs_no_reason() -> None:
    batch = MessageBatch.of(["x"])
    batch.intents[0] = IntentResult("greet", 0.9, [IntentScore("greet", 0.9)])
    make("FallbackClassifier").process(batch)
    assert "fallback" not in to_parse_data(batch)[0]


@pytest.mark.parametrize("key", ["threshold", "ambiguity_threshold"])
@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_thresholds_outside_zero_and_one_are_refused(key: str, value: float) -> None:
    with pytest.raises(ValidationError, match=key):
        make("FallbackClassifier", **{key: value})

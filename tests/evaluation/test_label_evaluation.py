from __future__ import annotations

import pytest

from framework.evaluation.calibration import calibration_error
from framework.evaluation.nlu_evaluation import evaluate_nlu
from tests.evaluation.judging import judged


def evaluate(*messages):
    return evaluate_nlu(messages, [])


def test_each_label_says_what_it_was_confused_with() -> None:
    intents = evaluate(
        judged("a", "greet", "greet"),
        judged("b", "greet", "bye"),
        judged("c", "greet", "bye"),
        judged("d", "greet", "order"),
        judged("e", "bye", "bye"),
    ).intents
    assert intents.accuracy == 0.4
    assert intents.report["greet"] == {
        "precision": 1.0,
        "recall": 0.25,
        "f1-score": 0.4,
        "support": 4,
        "confused_with": {"bye": 2, "order": 1},
    }
    assert intents.report["order"]["support"] == 0


def test_the_surest_mistake_comes_first() -> None:
    intents = evaluate(judged("a", "greet", "bye", 0.3), judged("b", "greet", "bye", 0.8)).intents
    assert [error.message.example.text for error in intents.errors] == ["b", "a"]


def test_the_intent_behind_a_fallback_is_judged() -> None:
    ranking = [{"name": "nlu_fallback", "confidence": 0.3}, {"name": "greet", "confidence": 0.25}]
    [prediction] = evaluate(judged("hm", "greet", "nlu_fallback", 0.3, intent_ranking=ranking)).intents.predictions
    assert (prediction.predicted, prediction.confidence) == ("greet", 0.25)
    assert prediction.fell_back
    assert prediction.is_right


def test_a_message_that_is_meant_not_to_be_understood_is_judged_by_the_fallback() -> None:
    ranking = [{"name": "nlu_fallback", "confidence": 0.3}, {"name": "greet", "confidence": 0.25}]
    [prediction] = evaluate(judged("?", "nlu_fallback", "nlu_fallback", intent_ranking=ranking)).intents.predictions
    assert prediction.is_right


def test_a_fallback_with_nothing_behind_it_predicts_nothing() -> None:
    intents = evaluate(judged("a", "greet", "nlu_fallback"), judged("b", "greet", "greet")).intents
    assert intents.predicted == ["(none)", "greet"]
    assert intents.report["greet"]["confused_with"] == {"(none)": 1}


def test_the_linear_model_is_judged_beside() -> None:
    intents = evaluate(judged("a", "greet", "bye", linear="greet"), judged("b", "bye", "bye", linear="greet")).intents
    assert intents.linear_report["accuracy"] == 0.5
    assert evaluate(judged("a", "greet", "bye")).intents.linear_report is None


def test_a_pipeline_without_a_classifier_has_no_intents_to_judge() -> None:
    evaluation = evaluate(judged("a", "greet", None, 0.0))
    assert evaluation.intents is None
    assert evaluation.figures == {}


def test_responses_are_judged_by_the_selector_of_the_right_intent() -> None:
    def selected(key: str) -> dict[str, object]:
        return {"response": {"intent_response_key": key, "confidence": 0.7}}

    responses = evaluate(
        judged("a", "faq/price", "chitchat", response_selector={"faq": selected("faq/price")}),
        judged("b", "faq/price", "faq", response_selector={"default": selected("faq/returns")}),
        judged("c", "greet", "greet", response_selector={"default": selected("faq/price")}),
    ).responses
    assert [(item.expected, item.predicted) for item in responses.predictions] == [
        ("faq/price", "faq/price"),
        ("faq/price", "faq/returns"),
    ]
    assert responses.predictions[0].confidence == 0.7


def test_without_a_selector_there_are_no_responses_to_judge() -> None:
    assert evaluate(judged("a", "faq/price", "faq")).responses is None


def test_confidence_that_is_as_high_as_the_accuracy_is_calibrated() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)
    assert calibration_error([1.0] * 4, [True, True, True, False]) == pytest.approx(0.25)
    assert calibration_error([0.95, 0.05], [False, True]) == pytest.approx(0.95)

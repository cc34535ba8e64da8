from __future__ import annotations

from framework.evaluation.entities import Extractor, evaluate_entities, evaluate_together
from tests.evaluation.judging import judged

LEARNER = [Extractor("Learner")]


def evaluate(*messages, extractors=LEARNER):
    return evaluate_entities(messages, extractors)


def test_an_entity_is_right_only_with_its_borders_and_its_role() -> None:
    [evaluation] = evaluate(
        judged("from New York", "go", "go", marked=(("New York", "city.from"),), found=(("New York", "city.from"),)),
        judged("to New York", "go", "go", marked=(("New York", "city.to"),), found=(("New York", "city.from"),)),
        judged("to New York", "go", "go", marked=(("New York", "city.to"),), found=(("York", "city.to"),)),
    )
    assert (evaluation.scores.right, evaluation.scores.predicted, evaluation.scores.expected) == (1, 3, 3)
    assert evaluation.report["city.to"] == {
        "precision": 0.0,
        "recall": 0.0,
        "f1-score": 0.0,
        "support": 2,
        "confused_with": {"city.from": 1},
    }
    assert evaluation.report["micro avg"] == {"precision": 1 / 3, "recall": 1 / 3, "f1-score": 1 / 3, "support": 3}
    assert [len(evaluation.errors), len(evaluation.successes)] == [2, 1]


def test_tokens_forgive_wrong_borders() -> None:
    [evaluation] = evaluate(
        judged("to New York", "go", "go", marked=(("New York", "city"),), found=(("York", "city"),)),
    )
    assert evaluation.token_labels == (["no_entity", "city", "city"], ["no_entity", "no_entity", "city"])
    assert evaluation.token_report["city"] == {"precision": 1.0, "recall": 0.5, "f1-score": 2 / 3, "support": 2}
    assert "no_entity" not in evaluation.token_report


def test_the_tokens_of_the_pipeline_are_counted_where_it_has_any() -> None:
    message = judged(
        "我在北京",
        "go",
        "go",
        marked=(("北京", "city"),),
        found=(("北京", "city"),),
        text_tokens=[(0, 1), (1, 2), (2, 4)],
    )
    [evaluation] = evaluate(message)
    assert evaluation.token_labels[0] == ["no_entity", "no_entity", "city"]


def test_an_extractor_that_finds_nothing_is_judged_if_it_should_have_found_something() -> None:
    [evaluation] = evaluate(judged("to Rome", "go", "go", marked=(("Rome", "city"),)))
    assert evaluation.scores.f1 == 0.0
    assert evaluate(judged("hello", "greet", "greet")) == []


def test_patterns_are_judged_only_on_what_the_messages_mark() -> None:
    patterns = [Extractor("Learner", learns_from_examples=False)]
    unmarked = judged("order 123", "go", "go", found=(("123", "number"),))
    marked = judged("order 123 to Rome", "go", "go", marked=(("Rome", "city"),), found=(("123", "number"),))
    assert evaluate(unmarked, marked, extractors=patterns) == []
    assert evaluate(unmarked, marked)[0].scores.predicted == 2


def test_confidences_are_told_apart_by_whether_they_were_justified() -> None:
    [evaluation] = evaluate(
        judged("to Rome", "go", "go", marked=(("Rome", "city"),), found=(("Rome", "city"), ("to", "city")))
    )
    assert evaluation.confidences == ([0.8], [0.8])


def test_extractors_together_find_what_any_of_them_finds() -> None:
    message = judged("Rome Oslo", "go", "go", marked=(("Rome", "city"), ("Oslo", "city")), found=(("Rome", "city"),))
    other = {"entity": "city", "start": 5, "end": 9, "value": "Oslo", "extractor": "Other"}
    same = {**message.parsed["entities"][0], "extractor": "Other"}
    message.parsed["entities"] += [other, same]
    evaluations = evaluate(message, extractors=[*LEARNER, Extractor("Other")])
    assert [evaluation.scores.f1 for evaluation in evaluations] == [2 / 3, 1.0]
    together = evaluate_together(evaluations)
    assert (together.scores.right, together.scores.predicted) == (2, 2)

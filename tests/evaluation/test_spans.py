from __future__ import annotations

import pytest

from framework.evaluation.spans import SpanScores, score_spans, score_spans_by_type

EXPECTED = [[("city", 0, 4), ("time", 8, 9)], [("city", 2, 6)], []]


def test_only_a_span_with_right_type_and_ends_counts() -> None:
    predicted = [[("city", 0, 4), ("city", 8, 9)], [("city", 2, 5)], [("time", 0, 1)]]
    scores = score_spans(EXPECTED, predicted)
    assert scores == SpanScores(right=1, predicted=4, expected=3)
    assert (scores.precision, scores.recall) == (pytest.approx(1 / 4), pytest.approx(1 / 3))
    assert scores.f1 == pytest.approx(2 / 7)


def test_types_are_scored_apart() -> None:
    assert score_spans_by_type(EXPECTED, [[("city", 0, 4)], [], [("name", 0, 2)]]) == {
        "city": SpanScores(1, 1, 2),
        "name": SpanScores(0, 1, 0),
        "time": SpanScores(0, 0, 1),
    }


def test_a_span_predicted_twice_counts_once() -> None:
    assert score_spans([[("city", 0, 4)]], [[("city", 0, 4), ("city", 0, 4)]]).f1 == 1.0


def test_nothing_expected_and_nothing_predicted_is_zero() -> None:
    scores = score_spans([[]], [[]])
    assert (scores.precision, scores.recall, scores.f1) == (0.0, 0.0, 0.0)

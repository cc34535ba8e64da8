from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from framework.evaluation.confidence_plot import plot_confidences
from framework.evaluation.confusion_plot import MOST_LABELS, plot_confusion_matrix, shown_labels
from framework.evaluation.entities import Extractor
from framework.evaluation.nlu_evaluation import NLUEvaluation, evaluate_nlu
from framework.evaluation.nlu_report import NLUReport, ReportParts
from framework.evaluation.nlu_summary import summarize
from tests.evaluation.judging import judged

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def evaluation() -> NLUEvaluation:
    selected = {"faq": {"response": {"intent_response_key": "faq/b", "confidence": 0.6}}}
    return evaluate_nlu(
        [
            judged("hello", "greet", "greet", linear="greet"),
            judged(
                "bye to Rome", "bye", "greet", 0.7, marked=(("Rome", "city"),), linear="bye", closest=(("by", "bye"),)
            ),
            judged("to Oslo", "order", "order", marked=(("Oslo", "city"),), found=(("Oslo", "city"),), linear="bye"),
            judged("how?", "faq/a", "faq", linear="faq", response_selector=selected),
        ],
        [Extractor("DIETClassifier"), Extractor("Learner")],
    )


def content(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_the_files_have_the_names_that_tools_for_rasa_read(evaluation: NLUEvaluation, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    NLUReport(tmp_path, ReportParts(successes=True)).write(evaluation)
    names = {path.name for path in tmp_path.iterdir()}
    for part in ("intent", "response_selection", "Learner"):
        kinds = ("report.json", "errors.json", "successes.json", "confusion_matrix.png", "histogram.png")
        assert {f"{part}_{kind}" for kind in kinds} <= names
    assert "Learner_token_report.json" in names
    assert "DIETClassifier_report.json" in names
    assert "DIETClassifier_histogram.png" not in names
    assert "intent_linear_baseline_report.json" in names
    assert all(path.read_bytes().startswith(PNG) for path in tmp_path.glob("*.png"))


def test_only_what_is_wanted_is_written(evaluation: NLUEvaluation, tmp_path: Path) -> None:
    NLUReport(tmp_path / "new", ReportParts(errors=False, plots=False)).write(evaluation)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "DIETClassifier_report.json",
        "DIETClassifier_token_report.json",
        "Learner_report.json",
        "Learner_token_report.json",
        "intent_linear_baseline_report.json",
        "intent_report.json",
        "response_selection_report.json",
    ]


def test_a_mistake_is_told_with_the_closest_training_example(evaluation: NLUEvaluation, tmp_path: Path) -> None:
    NLUReport(tmp_path, ReportParts(plots=False)).write(evaluation)
    assert content(tmp_path, "intent_errors.json") == [
        {
            "text": "bye to Rome",
            "intent": "bye",
            "intent_prediction": {"name": "greet", "confidence": 0.7},
            "closest_training_examples": [{"text": "by", "intent": "bye", "similarity": 0.5}],
        }
    ]
    assert content(tmp_path, "response_selection_errors.json") == [
        {
            "text": "how?",
            "intent_response_key_target": "faq/a",
            "intent_response_key_prediction": {"name": "faq/b", "confidence": 0.6},
        }
    ]
    assert content(tmp_path, "Learner_errors.json") == [
        {
            "text": "bye to Rome",
            "entities": [{"entity": "city", "start": 7, "end": 11, "value": "Rome"}],
            "predicted_entities": [],
            "closest_training_examples": [{"text": "by", "intent": "bye", "similarity": 0.5}],
        }
    ]


def test_the_report_has_the_scores_and_the_averages(evaluation: NLUEvaluation, tmp_path: Path) -> None:
    NLUReport(tmp_path, ReportParts(plots=False)).write(evaluation)
    report = content(tmp_path, "intent_report.json")
    assert report["accuracy"] == 0.75
    assert report["bye"]["confused_with"] == {"greet": 1}
    assert {"macro avg", "weighted avg"} <= report.keys()
    assert content(tmp_path, "Learner_report.json")["micro avg"]["recall"] == 0.5


def summary(evaluation: NLUEvaluation, width: int = 100) -> list[str]:
    console = Console(file=StringIO(), width=width)
    console.print(summarize(evaluation))
    return console.file.getvalue().splitlines()


def test_the_summary_fits_a_screen_and_puts_the_linear_model_beside(evaluation: NLUEvaluation) -> None:
    shown = summary(evaluation)
    assert len(shown) < 40
    assert shown[1].split() == ["intents", "4", "75.0", "%", "66.7", "%", "66.7", "%", "75.0", "%", "(+0.0)"]
    assert any(line.startswith("bye to Rome") and "bye: by" in line for line in shown)
    assert any(line.startswith("all together") for line in shown)


def test_the_summary_stays_within_a_narrow_screen(evaluation: NLUEvaluation) -> None:
    assert max(map(len, summary(evaluation, 80))) <= 80


def test_nothing_to_judge_is_said() -> None:
    assert summary(evaluate_nlu([], []))[0].startswith("There is nothing to judge")


def test_a_fallback_is_weighed_by_what_it_costs_and_what_it_saves() -> None:
    ranking = [{"name": "nlu_fallback", "confidence": 0.3}, {"name": "greet", "confidence": 0.2}]
    shown = summary(
        evaluate_nlu(
            [
                judged("a", "greet", "nlu_fallback", intent_ranking=ranking),
                judged("b", "bye", "nlu_fallback", intent_ranking=ranking),
                judged("c", "greet", "greet"),
            ],
            [],
        )
    )
    assert "Fallback: 2 of 3 messages; 1 of them would have been misunderstood, 1 understood." in shown


def test_of_very_many_labels_those_are_drawn_that_are_confused(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    labels = [f"intent {number}" for number in range(300)]
    predicted = [labels[1], labels[0], *labels[2:]]
    assert shown_labels(labels, predicted) == ["intent 0", "intent 1"]
    assert len(shown_labels(labels, labels[1:] + labels[:1])) == MOST_LABELS
    plot_confusion_matrix(labels, predicted, "Intents", tmp_path / "matrix.png")
    assert (tmp_path / "matrix.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize("labels", [["a"], ["价格", "$x_1$", "{}"]], ids=["one", "odd"])
def test_any_labels_can_be_drawn(labels: list[str], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plot_confusion_matrix(labels, labels, "$ {} 100 %", tmp_path / "matrix.png")
    plot_confidences([0.0, 1.0], [], "$ {} 100 %", tmp_path / "histogram.png")
    assert {path.read_bytes()[:4] for path in tmp_path.iterdir()} == {PNG}

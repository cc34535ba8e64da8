from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from sklearn.metrics import classification_report

from framework.evaluation.confusion_plot import plot_confusion_matrix
from framework.evaluation.labels import confusions, label_report

EXPECTED = ["greet", "bye", "greet", "order", "order"]
PREDICTED = ["greet", "greet", "greet", "order", "help"]


def test_the_report_is_that_of_scikit_learn() -> None:
    with warnings.catch_warnings(action="ignore"):
        reference = classification_report(EXPECTED, PREDICTED, output_dict=True)

    report = label_report(EXPECTED, PREDICTED)

    assert report.keys() == reference.keys()
    for name, row in reference.items():
        assert report[name] == pytest.approx(row), name


def test_nothing_expected_makes_no_report() -> None:
    assert label_report([], []) == {}


def test_labels_taken_for_others_are_counted() -> None:
    assert list(confusions([*EXPECTED, "bye"], [*PREDICTED, "greet"])) == [("bye", "greet", 2), ("order", "help", 1)]


def test_a_confusion_matrix_is_a_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plot_confusion_matrix(EXPECTED, PREDICTED, "Intents", tmp_path / "matrix.png")
    assert (tmp_path / "matrix.png").read_bytes().startswith(b"\x89PNG")

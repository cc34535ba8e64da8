"""The files that a test with stories leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from framework.evaluation.nlu_report import NLUReport, ReportParts
from framework.evaluation.story_report import StoryReport
from framework.evaluation.story_writer import write_played

REPORT = "story_report.json"
FAILED = "failed_test_stories.yml"
SUCCESSFUL = "successful_test_stories.yml"
WITH_WARNINGS = "stories_with_warnings.yml"
COMPARISON = "results.json"
CONFUSION_MATRIX = "story_confusion_matrix.png"


@dataclass(frozen=True, slots=True)
class WantedFiles:
    """Which files are wanted beside the report."""

    failed: bool = True
    successful: bool = False
    with_warnings: bool = True
    confusion_matrix: bool = True


def write_results(report: StoryReport, folder: Path, wanted: WantedFiles) -> None:
    """Writes the report and the wanted files into a folder, which is made if it is not there.

    Raises:
        EnvironmentProblem: the confusion matrix cannot be drawn; all other files are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    encoded = msgspec.json.format(msgspec.json.encode(report.to_dict()), indent=2)
    (folder / REPORT).write_bytes(encoded + b"\n")
    texts = {
        FAILED: (wanted.failed, report.failed, "No test story failed."),
        SUCCESSFUL: (wanted.successful, report.right, "No test story went as written."),
        WITH_WARNINGS: (wanted.with_warnings, report.with_warnings, "No message of a test story was found unlikely."),
    }
    for name, (is_wanted, stories, if_none) in texts.items():
        if is_wanted:
            (folder / name).write_text(write_played(stories, if_none), encoding="utf-8")
    parts = ReportParts(errors=wanted.failed, successes=wanted.successful, plots=wanted.confusion_matrix)
    for found in report.policy_entities:
        NLUReport(folder, parts).write_entities(found)
    if wanted.confusion_matrix and report.actions:
        from framework.evaluation.confusion_plot import plot_confusion_matrix

        plot_confusion_matrix(report.expected_actions, report.predicted_actions, "Actions", folder / CONFUSION_MATRIX)


def write_comparison(reports: Mapping[str, StoryReport], folder: Path) -> None:
    """Writes ``results.json``: for each model, how many stories went as written."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {model: [len(report.right)] for model, report in reports.items()}
    (folder / COMPARISON).write_bytes(msgspec.json.format(msgspec.json.encode(counts), indent=2) + b"\n")

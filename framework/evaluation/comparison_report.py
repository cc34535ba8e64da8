"""Writes a comparison of pipelines: the data, the report and the figures of each trial, and the learning curves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from framework.bot.nlu_data import NLUData
from framework.bot.nlu_writer import nlu_to_yaml
from framework.evaluation.comparison import Trial
from framework.evaluation.learning_curve_plot import plot_learning_curves
from framework.evaluation.nlu_report import NLUReport, ReportParts
from framework.evaluation.outcomes import Comparison, by_run

RESULTS = "results.json"
GRAPH = "nlu_model_comparison_graph"
RASAS_FIGURE = "intent F1"
"""The figure that Rasa writes into ``results.json``: F1 of the intents, weighted by their number of messages."""


class ComparisonReport:
    """Writes the files of one comparison into a folder."""

    def __init__(self, folder: Path, parts: ReportParts) -> None:
        self._folder = folder
        self._parts = parts

    def write_trial(self, trial: Trial) -> None:
        """Writes what was trained on, what was tested on, and the report: ``run_1/25%_exclusion/NAME_report/``.

        There are no pictures of trials: to draw so many would take longer than most trainings.

        Raises:
            OSError: the folder cannot be written.
        """
        run = self._folder / f"run_{trial.outcome.run}"
        exclusion = run / f"{trial.outcome.exclusion}%_exclusion"
        NLUReport(exclusion / f"{trial.outcome.name}_report", replace(self._parts, plots=False)).write(trial.evaluation)
        for path, examples in ((run / "test.yml", trial.test), (exclusion / "train.yml", trial.training)):
            if not path.exists():
                path.write_text(nlu_to_yaml(NLUData(examples=examples)), encoding="utf-8")

    def write(self, comparison: Comparison) -> None:
        """Writes all figures, and the learning curves if pictures are wanted.

        Raises:
            OSError: the folder cannot be written.
            EnvironmentProblem: pictures are wanted, and matplotlib is not installed.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        results = by_run((outcome, outcome.figures.get(RASAS_FIGURE, 0.0)) for outcome in comparison.outcomes)
        (self._folder / RESULTS).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        (self._folder / "figures.json").write_text(json.dumps(_figures(comparison), indent=2) + "\n", encoding="utf-8")
        if self._parts.plots:
            shown = shown_figures(comparison)
            for suffix in (".pdf", ".png"):
                plot_learning_curves(comparison, shown, "examples", self._folder / (GRAPH + suffix))


def shown_figures(comparison: Comparison) -> list[str]:
    """The figures of the first pipeline that make a learning curve."""
    return [name for name in comparison.outcomes[0].figures if name.endswith("F1")]


def _figures(comparison: Comparison) -> list[dict[str, object]]:
    return [
        {
            "pipeline": outcome.name,
            "run": outcome.run,
            "exclusion_percentage": outcome.exclusion,
            "training_examples": outcome.size,
            "training_seconds": round(outcome.seconds or 0.0, 3),
            **outcome.figures,
        }
        for outcome in comparison.outcomes
    ]

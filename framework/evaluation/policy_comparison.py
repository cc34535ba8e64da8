"""Compares policies: how many test stories go as written, by the number of stories they were trained with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from framework.evaluation.learning_curve_plot import plot_learning_curves
from framework.evaluation.outcomes import Comparison, Outcome, by_run
from framework.evaluation.policy_models import ComparedModel
from framework.evaluation.story_report import StoryReport

RESULTS = "results.json"
FIGURES = "figures.json"
GRAPH = "core_model_comparison_graph"
UNIT = "stories"
RIGHT_CONVERSATIONS = "right conversations"


@dataclass(frozen=True, slots=True)
class PolicyTrial:
    """A model of a comparison, and what came of the test stories."""

    outcome: Outcome
    right: int
    """Stories that went as written."""


def judge(model: ComparedModel, report: StoryReport) -> PolicyTrial:
    """The figures of one model: the shares of conversations and of actions that went as written."""
    actions = [action.is_right for action in report.actions]
    figures = {RIGHT_CONVERSATIONS: report.accuracy, "right actions": sum(actions) / max(1, len(actions))}
    outcome = Outcome(name=model.name, run=model.run, exclusion=model.exclusion, size=model.stories, figures=figures)
    return PolicyTrial(outcome, len(report.right))


def write_policy_comparison(trials: Sequence[PolicyTrial], folder: Path, *, plots: bool) -> None:
    """Writes how many stories went as written, all figures, and the learning curves if pictures are wanted.

    Raises:
        OSError: the folder cannot be written.
        EnvironmentProblem: pictures are wanted, and matplotlib is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    comparison = Comparison(tuple(trial.outcome for trial in trials))
    _write_json(folder / RESULTS, by_run((trial.outcome, trial.right) for trial in trials))
    _write_json(folder / FIGURES, [_figures(trial) for trial in trials])
    if plots:
        for suffix in (".pdf", ".png"):
            plot_learning_curves(comparison, comparison.outcomes[0].figures, UNIT, folder / (GRAPH + suffix))


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _figures(trial: PolicyTrial) -> dict[str, object]:
    values = asdict(trial.outcome)
    return {
        "config": values["name"],
        "run": values["run"],
        "exclusion_percentage": values["exclusion"],
        "training_stories": values["size"],
        "right_conversations": trial.right,
        **trial.outcome.figures,
    }

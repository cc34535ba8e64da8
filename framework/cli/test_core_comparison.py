"""``framework test core`` with several models: which of them do best, and with how many stories."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from framework.cli.comparison_table import comparison_table, described
from framework.cli.output import output_console
from framework.cli.test_core_model import StoryTest
from framework.cli.test_core_summary import print_comparison
from framework.cli.test_nlu_output import can_plot, write_files
from framework.evaluation.outcomes import Comparison
from framework.evaluation.policy_comparison import (
    RIGHT_CONVERSATIONS,
    UNIT,
    PolicyTrial,
    judge,
    write_policy_comparison,
)
from framework.evaluation.policy_models import ComparedModel
from framework.evaluation.story_results import write_comparison
from framework.training.progress import Progress


def compare_models(args: argparse.Namespace, models: Sequence[Path], test: StoryTest) -> bool:
    """Compares any models. Returns whether all stories went as written with all of them."""
    reports = {str(model): test.play(model) for model in models}
    print_comparison(reports)
    write_files(args.out, Progress(output_console()), lambda: write_comparison(reports, args.out))
    return not any(report.failed for report in reports.values())


def compare_policies(args: argparse.Namespace, models: Sequence[ComparedModel], test: StoryTest) -> bool:
    """Compares the models of several configs, trained with less and less stories, and draws their learning curves.

    Returns whether all stories went as written with all of them.
    """
    progress = Progress(output_console())
    trials: list[PolicyTrial] = []
    for model in models:
        trial = judge(model, test.play(model.path))
        progress.say(described(trial.outcome, UNIT))
        trials.append(trial)
    output_console().print(comparison_table(Comparison(tuple(trial.outcome for trial in trials)), UNIT))
    plots = can_plot(args)
    write_files(args.out, progress, lambda: write_policy_comparison(trials, args.out, plots=plots))
    return all(trial.outcome.figures[RIGHT_CONVERSATIONS] == 1 for trial in trials)

"""What ``framework test nlu`` prints and writes, whichever kind of test it is."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from rich.rule import Rule

from framework.cli.output import output_console
from framework.cli.training_run import print_problems
from framework.errors import EnvironmentProblem, Problem, Severity
from framework.evaluation.nlu_evaluation import NLUEvaluation
from framework.evaluation.nlu_report import ReportParts
from framework.evaluation.nlu_summary import summarize
from framework.training.progress import Progress


def report_parts(args: argparse.Namespace) -> ReportParts:
    """The files that the flags ask for; without pictures, with a note, where matplotlib is not installed."""
    return ReportParts(errors=not args.no_errors, successes=args.successes, plots=can_plot(args))


def can_plot(args: argparse.Namespace) -> bool:
    """Whether pictures are wanted and can be drawn; says so where they are wanted and cannot."""
    is_installed = find_spec("matplotlib") is not None
    if not (is_installed or args.no_plot):
        what = "no pictures are drawn: matplotlib is not installed"
        fix = "pip install 'framework-dialogue[plots]', or leave them out: --no-plot"
        print_problems([Problem(code="missing-extra", what=what, fix=fix, severity=Severity.NOTE)])
    return is_installed and not args.no_plot


def print_evaluation(evaluation: NLUEvaluation, title: str) -> None:
    """Prints a test on one screen."""
    console = output_console()
    console.print(Rule(title, align="left", style="dim"))
    console.print(summarize(evaluation))


def write_files(folder: Path, progress: Progress, write: Callable[[], None]) -> None:
    """Writes files and says where they are.

    Raises:
        EnvironmentProblem: the folder cannot be written.
    """
    try:
        with progress.step("Writing the files", "Wrote the files"):
            write()
    except OSError as error:
        raise EnvironmentProblem(
            Problem(code="cannot-write", what=f"{folder} cannot be written: {error.strerror}")
        ) from error
    print(f"Results are in {folder}.")

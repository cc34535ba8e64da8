"""``framework test nlu`` that trains: cross-validation, and the comparison of several configs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from framework.bot.bot import Bot, BotPaths
from framework.bot.reader import read_bot
from framework.cli.comparison_table import comparison_table, described, figure_table
from framework.cli.output import output_console
from framework.cli.test_nlu_output import print_evaluation, report_parts, write_files
from framework.cli.training_arguments import domain_paths
from framework.errors import BotError, Problem
from framework.evaluation.comparison import run_trials
from framework.evaluation.comparison_report import ComparisonReport
from framework.evaluation.cross_validation import CrossValidation
from framework.evaluation.cross_validation import cross_validate as run_folds
from framework.evaluation.nlu_report import NLUReport
from framework.evaluation.outcomes import Comparison, Outcome
from framework.evaluation.pipeline_training import PipelineTrainer
from framework.evaluation.series import Series
from framework.registry import create_registry
from framework.training.progress import Progress


def cross_validate(args: argparse.Namespace, config: Path, folder: Path) -> None:
    """Cross-validates one config, prints how well it did, and writes the files."""
    progress = Progress(output_console())
    bot = _read(args, config)
    trainer = PipelineTrainer(bot, create_registry(), progress)
    result = run_folds(trainer, bot.nlu.examples, args.folds, args.random_seed, progress)
    print_evaluation(result.evaluation, f"{config}, {args.folds} folds, {len(result.evaluation.messages)} messages")
    _print_folds(result)
    write_files(folder, progress, lambda: _write_folds(args, folder, result))


def compare(args: argparse.Namespace, configs: Sequence[Path]) -> None:
    """Compares configs, prints which did best, and writes the files."""
    progress = Progress(output_console())
    registry = create_registry()
    bots = {config.stem: _read(args, config) for config in configs}
    trainers = {name: PipelineTrainer(bot, registry, progress) for name, bot in bots.items()}
    examples = next(iter(bots.values())).nlu.examples
    report = ComparisonReport(args.out, report_parts(args))
    outcomes: list[Outcome] = []
    for trial in run_trials(trainers, examples, args.percentages, args.runs, args.random_seed):
        report.write_trial(trial)
        progress.say(described(trial.outcome, "examples"))
        outcomes.append(trial.outcome)
    comparison = Comparison(tuple(outcomes))
    output_console().print(comparison_table(comparison, "examples"))
    write_files(args.out, progress, lambda: report.write(comparison))


def _read(args: argparse.Namespace, config: Path) -> Bot:
    bot = read_bot(BotPaths(config=config, domain=domain_paths(args.domain), data=tuple(args.nlu)))
    if bot.nlu.examples:
        return bot
    where = ", ".join(map(str, args.nlu))
    fix = "name files or folders that have some: --nlu PATH"
    raise BotError([*bot.problems, Problem(code="nothing-to-train", what=f"there are no examples in {where}", fix=fix)])


def _print_folds(result: CrossValidation) -> None:
    table = figure_table(["over the folds", "new messages", "training examples"])
    for name, series in result.test.items():
        known = result.training.get(name)
        table.add_row(name, str(series), str(known) if known else "")
    output_console().print(table)


def _write_folds(args: argparse.Namespace, folder: Path, result: CrossValidation) -> None:
    NLUReport(folder, report_parts(args)).write(result.evaluation)
    figures = {"test": _numbers(result.test), "training": _numbers(result.training)}
    (folder / "cross_validation.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _numbers(figures: dict[str, Series]) -> dict[str, object]:
    return {
        name: {"mean": series.mean, "standard_deviation": series.spread, "folds": series.values}
        for name, series in figures.items()
    }

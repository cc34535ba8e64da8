"""``framework data validate``: checks the bot's files without training."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from framework.cli.training_arguments import add_bot_arguments, add_data_argument

if TYPE_CHECKING:
    from collections.abc import Iterable

    from framework.errors import Problem

SUMMARY = "check the bot's files without training"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework data validate``."""
    parser.add_argument(
        "part", nargs="?", choices=["stories"], help="check only whether stories and rules contradict each other"
    )
    add_bot_arguments(parser)
    add_data_argument(parser, "--data")
    parser.add_argument("--fail-on-warnings", action="store_true", help="exit with 1 for warnings, too")
    parser.add_argument(
        "--max-history", type=int, metavar="N", help="states that stories must share to contradict each other (all)"
    )


def run(args: argparse.Namespace) -> int:
    """Prints every problem; raises those that make the bot wrong."""
    from framework.cli.training_run import print_problems, read
    from framework.dialogue.contradictions import find_contradictions
    from framework.registry import create_registry
    from framework.training.components import configure_bot
    from framework.training.validation import errors_among, validate

    bot = read(args)
    if args.part == "stories":
        problems = [*bot.problems, *find_contradictions(bot, max_history=args.max_history)]
    else:
        found = validate(bot, configure_bot(bot, create_registry(), "both"), max_history=args.max_history)
        problems = _of_the_files(found)
    error = errors_among(problems, fail_on_warnings=args.fail_on_warnings)
    print_problems(problems)
    if error is None:
        print("No errors." if problems else "No problems found.")
    return error.exit_status if error else 0


def _of_the_files(problems: Iterable[Problem]) -> list[Problem]:
    """What is missing only for a training is a note here: the files may be right on a machine that cannot train."""
    from msgspec.structs import replace

    from framework.errors import Severity

    return [
        replace(problem, severity=Severity.NOTE) if problem.code == "missing-extra" else problem for problem in problems
    ]

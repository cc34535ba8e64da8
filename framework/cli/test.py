"""``framework test``: plays the test stories, and tests how well the messages are understood."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from framework.cli import test_core, test_nlu

if TYPE_CHECKING:
    from framework.model.metadata import TrainingType

SUMMARY = "play test stories, and test how well the messages are understood"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework test``: those of its two halves."""
    test_core.add_arguments(parser)
    test_nlu.add_nlu_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Does what ``test core`` and ``test nlu`` do, or only the one of them that the model can do."""
    from framework.model.archive import read_metadata
    from framework.model.names import latest_model

    if args.evaluate_model_directory:  # the models of a comparison decide, and understand nothing
        return test_core.run(args)
    model = latest_model(args.model[0])
    training_type: TrainingType = read_metadata(model).training_type
    status = 0 if training_type == "nlu" else _test_core(args)
    if training_type != "core":
        test_nlu.run(argparse.Namespace(**{**vars(args), "model": model}))
    return status


def _test_core(args: argparse.Namespace) -> int:
    """Plays the test stories; that there are none is worth a note, unless the flags name some."""
    from msgspec.structs import replace

    from framework.cli.training_run import print_problems
    from framework.errors import BotError, Severity

    try:
        return test_core.run(args)
    except BotError as error:
        if args.stories or any(problem.code != "no-tests" for problem in error.problems):
            raise
        print_problems(replace(problem, severity=Severity.NOTE) for problem in error.problems)
        return 0

"""``framework train core`` with several configs: trains the models of a comparison of policies."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from framework.cli.output import output_console
from framework.cli.training_run import STORY_GRAPH, limit_threads, options_of, print_problems, read
from framework.cli.visualize import draw
from framework.errors import Problem, UsageError


def train_comparison(args: argparse.Namespace, configs: Sequence[Path]) -> int:
    """Trains a model for each config, percentage and run, and says how to test them.

    Raises:
        UsageError: the models are to go on from an earlier one; they would no longer be told apart by their configs.
    """
    if args.finetune is not None:
        what = "several configs are trained from the beginning, to be compared"
        raise UsageError(Problem(code="cannot-finetune", what=what, fix="leave out --finetune, or name one config"))
    limit_threads(args.num_threads)
    from framework.evaluation.policy_models import PolicyTraining
    from framework.registry import create_registry
    from framework.training.progress import Progress

    progress = Progress(output_console())
    bots = {config.stem: read(argparse.Namespace(**{**vars(args), "config": config})) for config in configs}
    training = PolicyTraining(bots, create_registry(), options_of(args, "core"), progress)
    print_problems(training.check())
    if args.debug_plots:
        draw(next(iter(bots.values())), STORY_GRAPH, title=Path.cwd().name)
    for result in training.run(list(dict.fromkeys(args.percentages)), args.runs, args.random_seed):
        progress.say(f"Model: {result.model}")
    print(f"To compare them: framework test core --evaluate-model-directory -m {args.out}")
    return 0

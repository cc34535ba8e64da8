"""What ``train``, ``train nlu`` and ``train core`` do once their flags are read."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from framework.cli.training_arguments import DEFAULT_DOMAIN, LATEST, domain_paths
from framework.cli.visualize import draw

if TYPE_CHECKING:
    from framework.bot.bot import Bot, BotPaths
    from framework.errors import Problem
    from framework.model.metadata import TrainingType
    from framework.training.options import TrainingOptions
    from framework.training.trainer import Plan, Trainer, TrainingResult

STORY_GRAPH = Path("story_blocks_connections.html")
"""What ``--debug-plots`` draws."""

DRY_RUN_NOTHING = 0
DRY_RUN_CHANGED = 1
DRY_RUN_FORCED = 8


def bot_paths(args: argparse.Namespace) -> BotPaths:
    """The bot's files, as the flags name them."""
    from framework.bot.bot import BotPaths

    return BotPaths(config=args.config, domain=domain_paths(args.domain), data=tuple(args.data))


def read(args: argparse.Namespace) -> Bot:
    """Reads the bot that the flags name.

    Raises:
        BotError: there are stories, and no domain; a bot that only has NLU data needs none.
    """
    from framework.bot.reader import read_bot
    from framework.errors import BotError, Problem

    bot = read_bot(bot_paths(args))
    has_no_domain = not bot.paths.domain and not bot.config.importers
    if has_no_domain and (bot.stories.stories or bot.stories.rules):
        raise BotError(
            Problem(
                code="file-not-found",
                what=f"the bot has stories or rules, and there is no {DEFAULT_DOMAIN}",
                fix="write one, or say where it is: --domain PATH",
            )
        )
    return bot


def train(args: argparse.Namespace, training_type: TrainingType) -> int:
    """Trains the bot in this folder and says what was done."""
    trainer = make_trainer(args, training_type)
    print_problems(trainer.check())
    plan = trainer.plan()
    print_problems(plan.notes)
    print(_summary(trainer.run(plan)))
    return 0


def dry_run(args: argparse.Namespace, training_type: TrainingType) -> int:
    """Says what would be trained; the exit status is 1 where something would, 8 with ``--force``, else 0."""
    trainer = make_trainer(args, training_type)
    print_problems(trainer.check())
    plan = trainer.plan()
    print_problems(plan.notes)
    print(_intention(plan))
    if args.force:
        return DRY_RUN_FORCED
    return DRY_RUN_CHANGED if plan.stale and plan.same_model is None else DRY_RUN_NOTHING


def make_trainer(args: argparse.Namespace, training_type: TrainingType) -> Trainer:
    """Reads the bot and finds its components."""
    limit_threads(args.num_threads)
    from framework.cli.output import output_console
    from framework.registry import create_registry
    from framework.training.progress import Progress
    from framework.training.trainer import Trainer

    progress = Progress(output_console())
    with progress.step("Reading the bot", "Read the bot"):
        bot = read(args)
    if args.debug_plots:
        draw(bot, STORY_GRAPH, title=args.config.resolve().parent.name)
    return Trainer(bot, create_registry(), options_of(args, training_type), progress)


def options_of(args: argparse.Namespace, training_type: TrainingType) -> TrainingOptions:
    """The options that the flags of the training commands stand for."""
    from framework.training.options import TrainingOptions

    return TrainingOptions(
        training_type=training_type,
        models=args.out,
        fixed_model_name=args.fixed_model_name,
        force=args.force,
        skip_validation=args.skip_validation,
        fail_on_warnings=args.fail_on_validation_warnings,
        max_history=args.validation_max_history,
        augmentation=args.augmentation,
        persist_nlu_data=args.persist_nlu_data,
        finetune=args.out if args.finetune is LATEST else args.finetune,
        epoch_fraction=_epoch_fraction(args),
    )


def _epoch_fraction(args: argparse.Namespace) -> float:
    if args.epoch_fraction is None:
        return 1.0
    if args.finetune is None:
        from framework.errors import Problem, UsageError

        what = "--epoch-fraction has no effect without --finetune"
        raise UsageError(Problem(code="cannot-finetune", what=what, fix="add --finetune, or set epochs in config.yml"))
    return float(args.epoch_fraction)


def limit_threads(threads: int | None) -> None:
    """Sets what numpy and torch read when they are imported, which must be later than this."""
    if threads:
        for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ[name] = str(threads)


def print_problems(problems: Iterable[Problem]) -> None:
    """Prints warnings and notes."""
    from framework.bot.rendering import render_problems

    found = list(problems)
    if found:
        print(render_problems(found), file=sys.stderr)


def _summary(result: TrainingResult) -> str:
    if not result.is_new:
        return f"Nothing has changed since {result.model} was trained."
    if result.trained:
        anew = [name for name in result.trained if name not in result.finetuned]
        parts = (("Fine-tuned", result.finetuned), ("Trained", anew))
        done = " ".join(f"{what} {_listed(names)}." for what, names in parts if names)
        if result.reused:
            done += f" Not changed: {_listed(result.reused)}."
    else:
        done = "Nothing had to be trained again."
    return f"{done}\nModel: {result.model}"


def _intention(plan: Plan) -> str:
    if plan.same_model is not None:
        return f"Nothing has changed since {plan.same_model} was trained."
    names = [node.name for node in plan.nodes if node.name in plan.stale]
    if not names:
        return "Nothing has to be trained again; a new model would be put together from what was trained before."
    parts = (
        ("Would fine-tune", [name for name in names if name in plan.finetuned]),
        ("Would train", [name for name in names if name not in plan.finetuned]),
    )
    return " ".join(f"{what} {_listed(which)}." for what, which in parts if which)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)

"""``framework train``: trains a model of the bot in this folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from framework.cli.training_arguments import (
    add_bot_arguments,
    add_data_argument,
    add_finetuning_arguments,
    add_model_arguments,
    add_story_arguments,
    add_validation_arguments,
)

SUMMARY = "train a model of the bot in this folder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework train``."""
    add_bot_arguments(parser)
    add_data_argument(parser, "--data")
    add_model_arguments(parser)
    add_finetuning_arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what would be trained, and train nothing")
    parser.add_argument(
        "--endpoints", type=Path, metavar="FILE", help="accepted for compatibility; a training asks no service"
    )
    parser.add_argument("--persist-nlu-data", action="store_true", help="put the NLU data into the model, too")
    add_story_arguments(parser)
    add_validation_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Trains what the bot has data for, as far as it has changed."""
    from framework.cli.training_run import dry_run, train

    return dry_run(args, "both") if args.dry_run else train(args, "both")

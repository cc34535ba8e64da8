"""``framework interactive core``: teaches the bot by talking to it in intents rather than in words."""

from __future__ import annotations

import argparse

from framework.cli.interactive import add_teaching_arguments
from framework.cli.training_arguments import (
    add_bot_arguments,
    add_data_argument,
    add_finetuning_arguments,
    add_model_arguments,
    add_story_arguments,
    add_validation_arguments,
)

SUMMARY = "teach the bot by talking to it in intents"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework interactive core``."""
    add_teaching_arguments(parser)
    add_bot_arguments(parser)
    add_data_argument(parser, "-s", "--stories", "--data")
    add_model_arguments(parser)
    add_finetuning_arguments(parser)
    add_story_arguments(parser)
    add_validation_arguments(parser)
    parser.set_defaults(persist_nlu_data=False)


def run(args: argparse.Namespace) -> int:
    """Trains the policies as far as they have changed, unless a model is named, and talks."""
    from framework.cli.interactive_run import teach

    return teach(args, "core")

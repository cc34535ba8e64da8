"""``framework interactive``: teaches the bot by talking to it."""

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

SUMMARY = "teach the bot by talking to it"

DEFAULT_PORT = 5005


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework interactive``."""
    add_teaching_arguments(parser)
    add_bot_arguments(parser)
    add_data_argument(parser, "--data")
    add_model_arguments(parser)
    add_finetuning_arguments(parser)
    parser.add_argument("--persist-nlu-data", action="store_true", help="put the NLU data into the model, too")
    add_story_arguments(parser)
    add_validation_arguments(parser)


def add_teaching_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags for the conversation itself."""
    parser.add_argument(
        "-m", "--model", type=Path, metavar="MODEL", help="talk to this model, or the latest in a folder; train nothing"
    )
    parser.add_argument("--e2e", action="store_true", help="put the words of the user into the stories")
    parser.add_argument("--conversation-id", metavar="NAME", help="what the bot's actions see as the sender")
    parser.add_argument("--endpoints", type=Path, default=Path("endpoints.yml"), help="default: endpoints.yml")
    parser.add_argument("--skip-visualization", action="store_true", help="show no page with the conversation's graph")
    parser.add_argument(
        "-p", "--port", type=int, default=DEFAULT_PORT, help="where to show it: http://localhost:PORT (5005)"
    )


def run(args: argparse.Namespace) -> int:
    """Trains what has changed unless a model is named, talks, and writes what was taught to the bot's files."""
    from framework.cli.interactive_run import teach

    return teach(args, "both")

"""``framework train core``: trains a model that only predicts actions."""

from __future__ import annotations

import argparse

from framework.cli.training_arguments import (
    add_augmentation_argument,
    add_bot_arguments,
    add_data_argument,
    add_model_arguments,
    add_validation_arguments,
)

SUMMARY = "train a model that only predicts actions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework train core``."""
    add_bot_arguments(parser)
    add_data_argument(parser, "-s", "--stories", "--data")
    add_model_arguments(parser)
    add_augmentation_argument(parser)
    add_validation_arguments(parser)
    parser.set_defaults(persist_nlu_data=False)


def run(args: argparse.Namespace) -> int:
    """Trains the policies, as far as they have changed."""
    from framework.cli.training_run import train

    return train(args, "core")

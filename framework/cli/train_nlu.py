"""``framework train nlu``: trains a model that only understands messages."""

from __future__ import annotations

import argparse

from framework.cli.training_arguments import (
    add_bot_arguments,
    add_data_argument,
    add_finetuning_arguments,
    add_model_arguments,
    add_validation_arguments,
)

SUMMARY = "train a model that only understands messages"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework train nlu``."""
    add_bot_arguments(parser)
    add_data_argument(parser, "-u", "--nlu", "--data")
    add_model_arguments(parser)
    add_finetuning_arguments(parser)
    parser.add_argument("--persist-nlu-data", action="store_true", help="put the NLU data into the model, too")
    add_validation_arguments(parser)
    parser.set_defaults(debug_plots=False, augmentation=0)


def run(args: argparse.Namespace) -> int:
    """Trains the pipeline, as far as it has changed."""
    from framework.cli.training_run import train

    return train(args, "nlu")

"""``framework test nlu``: tests how well a model understands, or which pipeline does best."""

from __future__ import annotations

import argparse
from pathlib import Path

from framework.cli.flag_types import whole_number
from framework.cli.shell_arguments import MODELS
from framework.cli.training_arguments import (
    add_comparison_arguments,
    add_configs_argument,
    add_domain_argument,
    find_configs,
)

SUMMARY = "test how well the messages are understood"

DEFAULT_DATA = Path("data")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework test nlu``."""
    parser.add_argument(
        "-m",
        "--model",
        type=Path,
        default=MODELS,
        metavar="MODEL",
        help="a model, or a folder of them: its latest (models)",
    )
    parser.add_argument("--out", type=Path, default=Path("results"), help="folder for the files (results)")
    parser.add_argument("--no-plot", action="store_true", help="draw no pictures")
    parser.add_argument("--successes", action="store_true", help="write what was understood, too")
    parser.add_argument("--no-errors", action="store_true", help="do not write what was misunderstood")
    add_nlu_arguments(parser)


def add_nlu_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags that only a test of understanding has."""
    parser.add_argument(
        "-u", "--nlu", type=Path, nargs="+", default=[DEFAULT_DATA], metavar="PATH", help="files or folders (data)"
    )
    add_configs_argument(parser)
    add_domain_argument(parser)
    parser.add_argument(
        "--training-data",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="what the model was trained on, where it is not what is in data",
    )
    _add_training_arguments(parser)


def _add_training_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("tests that train")
    group.add_argument(
        "--cross-validation", action="store_true", help="test every example by a model trained without it"
    )
    group.add_argument("-f", "--folds", type=whole_number(2), default=5, metavar="N", help="of a cross-validation (5)")
    add_comparison_arguments(group, "examples")


def run(args: argparse.Namespace) -> int:
    """Tests a model, cross-validates, or compares, as the flags say."""
    configs = find_configs(args.config)
    if args.cross_validation:
        from framework.cli.test_nlu_training import cross_validate

        for config in configs:
            cross_validate(args, config, args.out if len(configs) == 1 else args.out / config.stem)
    elif len(configs) > 1:
        from framework.cli.test_nlu_training import compare

        compare(args, configs)
    else:
        from framework.cli.test_nlu_model import test_model

        test_model(args, configs[0])
    return 0

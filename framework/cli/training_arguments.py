"""Flags that several commands share: where the bot's files are, and how to train."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from framework.cli.flag_types import share, whole_number
from framework.errors import Problem, UsageError

DEFAULT_AUGMENTATION = 50
DEFAULT_DOMAIN = Path("domain.yml")
DOMAIN_FOLDER = Path("domain")
LATEST = Path()
"""What ``--finetune`` means without a model."""


def add_bot_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags for the config and the domain."""
    parser.add_argument("-c", "--config", type=Path, default=Path("config.yml"), help="default: config.yml")
    add_domain_argument(parser)


def add_configs_argument(parser: argparse.ArgumentParser) -> None:
    """The flag for one config, or several to compare."""
    parser.add_argument(
        "-c",
        "--config",
        type=Path,
        nargs="+",
        default=[Path("config.yml")],
        metavar="PATH",
        help="several configs, or a folder of them, are compared (config.yml)",
    )


def add_domain_argument(parser: argparse.ArgumentParser) -> None:
    """The flag for the domain."""
    parser.add_argument(
        "-d", "--domain", type=Path, nargs="+", default=[DEFAULT_DOMAIN], help="files or folders (domain.yml)"
    )


def add_comparison_arguments(group: argparse._ActionsContainer, what: str) -> None:
    """The flags for a comparison of configs; ``what`` is what these are trained on less and less of."""
    group.add_argument("-r", "--runs", type=whole_number(1), default=3, metavar="N", help="of a comparison (3)")
    group.add_argument(
        "-p",
        "--percentages",
        type=whole_number(0, 99),
        nargs="+",
        default=[0, 25, 50, 75],
        metavar="N",
        help=f"of the {what} to leave out in a comparison (0 25 50 75)",
    )
    group.add_argument("--random-seed", type=int, default=0, metavar="N", help=f"another one chooses other {what} (0)")


def add_data_argument(parser: argparse.ArgumentParser, *names: str) -> None:
    """The flag for training data, under the names that a command knows it by."""
    parser.add_argument(
        *names, dest="data", type=Path, nargs="+", default=[Path("data")], help="files or folders (data)"
    )


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags for the model to be made."""
    parser.add_argument("--out", type=Path, default=Path("models"), help="folder for the model (models)")
    parser.add_argument("--fixed-model-name", metavar="NAME", help="name of the model (default: time and two words)")
    parser.add_argument("--force", action="store_true", help="train everything, changed or not")
    parser.add_argument("--num-threads", type=whole_number(1), metavar="N", help="threads to compute with")


def add_finetuning_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags for going on from an earlier model."""
    parser.add_argument(
        "--finetune",
        type=Path,
        nargs="?",
        const=LATEST,
        metavar="MODEL",
        help="go on from this model, or folder of models (the latest in the folder of --out)",
    )
    parser.add_argument(
        "--epoch-fraction", type=share, metavar="F", help="with --finetune: how much of the configured epochs to train"
    )


def add_validation_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags for the checks before a training."""
    parser.add_argument("--skip-validation", action="store_true", help="check only what training cannot do without")
    parser.add_argument(
        "--fail-on-validation-warnings", action="store_true", help="do not train a bot that has warnings"
    )
    parser.add_argument(
        "--validation-max-history",
        type=whole_number(1),
        metavar="N",
        help="states that stories must share to contradict each other (default: all)",
    )


def add_story_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags for what is made of stories."""
    parser.add_argument(
        "--augmentation",
        type=whole_number(0),
        default=DEFAULT_AUGMENTATION,
        metavar="N",
        help="how many longer stories to make by gluing stories together, in tens; 0 for none (50)",
    )
    parser.add_argument(
        "--debug-plots", action="store_true", help="draw the stories, too: story_blocks_connections.html"
    )


def domain_paths(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The domain's paths. Where only the default file was meant and is not there: the folder ``domain``, or nothing."""
    if list(paths) != [DEFAULT_DOMAIN] or DEFAULT_DOMAIN.exists():
        return tuple(paths)
    return (DOMAIN_FOLDER,) if DOMAIN_FOLDER.is_dir() else ()


def find_configs(paths: Sequence[Path]) -> list[Path]:
    """The configs that are named, and those in folders.

    Raises:
        UsageError: a folder has none, or two of them have the same name, by which reports tell them apart.
    """
    from framework.bot.files import yaml_files

    found = list(dict.fromkeys(file for path in paths for file in (yaml_files(path) if path.is_dir() else [path])))
    names = Counter(file.stem for file in found)
    twice = [name for name, count in names.items() if count > 1]
    if not found or twice:
        where = ", ".join(map(str, paths))
        what = f"two configs are called {twice[0]!r}" if twice else f"there are no configs in {where}"
        raise UsageError(Problem(code="invalid-test", what=what, fix="name different files with --config"))
    return found

"""The flags that say how data is divided, and where the parts go."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from framework.cli.flag_types import fraction

DEFAULT_FOLDER = Path("train_test_split")


def add_split_arguments(parser: argparse.ArgumentParser, kind: str) -> None:
    """Declares the flags; ``kind`` is what goes to the training data in parts."""
    parser.add_argument(
        "--training-fraction",
        type=fraction,
        default=0.8,
        metavar="F",
        help=f"how much of {kind} goes to the training data (0.8)",
    )
    parser.add_argument("--random-seed", type=int, metavar="N", help="the same seed splits the same way")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, help="folder for the files")


def seed_of(args: argparse.Namespace) -> int:
    """The seed that was given, else any."""
    return random.randrange(2**32) if args.random_seed is None else args.random_seed

"""Flags that ``shell`` and ``shell nlu`` share."""

from __future__ import annotations

import argparse
from pathlib import Path

MODELS = Path("models")


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags that say which model to talk to."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "model_path", nargs="?", type=Path, metavar="MODEL", help="a model, or a folder of them: its latest (models)"
    )
    group.add_argument("-m", "--model", type=Path, metavar="MODEL", help="the same")


def model_path(args: argparse.Namespace) -> Path:
    """The model or folder of models that the flags name."""
    path: Path = args.model or args.model_path or MODELS
    return path

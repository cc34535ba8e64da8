"""``framework data split stories``: divides the stories into some to train with and some to test with."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from framework.cli.split_arguments import add_split_arguments, seed_of
from framework.cli.training_arguments import add_data_argument
from framework.errors import EnvironmentProblem, Problem, UsageError

if TYPE_CHECKING:
    from framework.bot.stories import StoryData

SUMMARY = "divide the stories into some to train with and some to test with"

TRAINING_PREFIX = "train_"
TEST_PREFIX = "test_"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework data split stories``."""
    add_data_argument(parser, "-s", "--stories", "-u", "--nlu")
    add_split_arguments(parser, "the stories")


def run(args: argparse.Namespace) -> int:
    """Writes two files for each file that has stories; rules go where the training stories go."""
    from framework.bot.story_files import read_training_stories
    from framework.evaluation.story_splitting import split_stories

    files = {path: data for path, data in read_training_stories(args.data).items() if data.stories}
    if not files:
        raise UsageError(
            Problem(code="no-tests", what=f"there are no stories to divide in {', '.join(map(str, args.data))}")
        )
    split = split_stories(files, args.training_fraction, seed_of(args))
    try:
        for path, parts in split.items():
            file = args.out / _relative(path, args.data)
            _write(file.with_name(f"{TRAINING_PREFIX}{file.name}"), parts.training, "train")
            _write(file.with_name(f"{TEST_PREFIX}{file.name}"), parts.test, "test")
    except OSError as error:
        raise EnvironmentProblem(
            Problem(code="cannot-write", what=f"{args.out} cannot be written: {error.strerror}")
        ) from error
    if not any(parts.test.stories for parts in split.values()):
        print("No story can be left out: all of them belong together.")
    return 0


def _relative(path: Path, roots: Iterable[Path]) -> Path:
    """The path of a file inside the folder in which it was found."""
    return next((path.relative_to(root) for root in roots if root.is_dir() and root in path.parents), Path(path.name))


def _write(path: Path, data: StoryData, purpose: str) -> None:
    from framework.bot.story_writer import stories_to_yaml

    if not data.stories and not data.rules:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(stories_to_yaml(data), encoding="utf-8")
    number = len(data.stories)
    print(f"{number} {'story' if number == 1 else 'stories'} to {purpose} with: {path}")

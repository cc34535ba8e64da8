"""Reads stories from files that are named, rather than found as parts of a bot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from framework.bot.document import Mapping, load_text
from framework.bot.file_kinds import STORY_KEYS, holds, is_readable
from framework.bot.files import Files, is_test_file, yaml_files
from framework.bot.problems import Problems
from framework.bot.stories import Story, StoryData
from framework.bot.story_reader import StoryReader
from framework.errors import BotError

_STORIES = "stories"


def read_stories(paths: Iterable[Path]) -> tuple[Story, ...]:
    """The stories of the files at these paths.

    Of a folder these are its test stories, at any depth, or all its stories if it has no tests.

    Raises:
        BotError: a path does not exist, or a file has errors.
    """
    problems = Problems()
    files = Files(problems)
    found = [(path, file) for each in paths for path, file in _load(each, files)]
    return _read((file for _, file in dict(found).items()), problems)


def read_training_stories(paths: Iterable[Path]) -> dict[Path, StoryData]:
    """The stories and rules of each file at these paths, and in folders at any depth, but for files of test stories.

    Raises:
        BotError: a path does not exist, or a file has errors.
    """
    problems = Problems()
    reader = StoryReader(problems)
    found = {
        path: StoryData(stories=tuple(reader.stories(file.get(_STORIES))), rules=tuple(reader.rules(file.get("rules"))))
        for path, file in Files(problems).load_all(paths)
        if holds(file, STORY_KEYS) and not is_test_file(path) and is_readable(file, problems)
    }
    if problems.errors():
        raise BotError(problems.errors())
    return found


def parse_stories(text: str, name: str) -> tuple[Story, ...]:
    """The stories of a text; ``name`` is what problems call it.

    Raises:
        BotError: the text has errors.
    """
    problems = Problems()
    node = load_text(text, name, problems)
    return _read([node] if isinstance(node, Mapping) else [], problems)


def _load(path: Path, files: Files) -> Iterator[tuple[Path, Mapping]]:
    if not path.is_dir():
        yield from files.load_all([path])
        return
    tests = [file for file in yaml_files(path) if is_test_file(file)]
    yield from ((file, content) for file, content in files.load_all(tests or [path]) if holds(content, (_STORIES,)))


def _read(files: Iterable[Mapping], problems: Problems) -> tuple[Story, ...]:
    reader = StoryReader(problems)
    stories = tuple(
        story for file in files if is_readable(file, problems) for story in reader.stories(file.get(_STORIES))
    )
    if problems.errors():
        raise BotError(problems.errors())
    return stories

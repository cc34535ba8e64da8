"""Writes converted training data as YAML, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from framework.bot.files import TEST_PREFIX, is_test_file
from framework.bot.nlu_writer import nlu_to_yaml, responses_to_yaml
from framework.bot.problems import Problems
from framework.bot.story_writer import stories_to_yaml
from framework.conversion.formats import Format, Part, Source
from framework.conversion.markdown_stories import has_messages
from framework.conversion.rasa_json import nlu_to_json
from framework.conversion.reading import TrainingData, read_sources
from framework.conversion.writable import writable
from framework.errors import BotError, Problem, UsageError


@dataclass(frozen=True, slots=True)
class Converted:
    """A file to be written: what it was made of, where it goes, and its text."""

    sources: Sequence[Source]
    path: Path
    text: str
    summary: str
    """What is in it, in a few words."""


class Converter:
    """Converts sources, and gathers what is wrong in them."""

    def __init__(self, language: str, suffix: str, problems: Problems) -> None:
        self._language = language
        self._suffix = suffix
        self._problems = problems

    def into_file(self, sources: Sequence[Source], path: Path) -> list[Converted]:
        """Makes one file of all sources, which must be for the same part of a bot.

        Raises:
            UsageError: they are not.
        """
        parts = sorted({source.part for source in sources})
        if len(parts) > 1:
            raise UsageError(
                Problem(
                    code="cannot-write",
                    what=f"{path} cannot hold data of several kinds: {', '.join(parts)}",
                    fix="say which, as in `framework data convert nlu`, or write the name of a folder after --out",
                )
            )
        data = read_sources(sources, self._language, self._problems)
        return [self._converted(sources, path, data)]

    def into_folder(self, sources: Iterable[Source], folder: Path) -> list[Converted]:
        """Makes a file of each source, under the source's name; stories with users' words become test stories."""
        found: list[Converted] = []
        for source in sources:
            data = read_sources([source], self._language, self._problems)
            path = folder / _relative(source).with_suffix(self._suffix)
            if has_messages(data.stories.stories) and not is_test_file(path):
                path = path.with_name(f"{TEST_PREFIX}{path.name}")
            found.append(self._converted([source], _free(path, [other.path for other in found]), data))
        return found

    def _converted(self, sources: Sequence[Source], path: Path, data: TrainingData) -> Converted:
        part = sources[0].part
        if part is Part.CORE:
            text, summary = stories_to_yaml(data.stories), _counted(len(data.stories.stories), "story", "stories")
        elif part is Part.NLG:
            text, summary = responses_to_yaml(data.responses), _counted(len(data.responses), "response", "responses")
        else:
            nlu = data.nlu if self._suffix == ".json" else writable(data.nlu, self._problems)
            text = nlu_to_json(nlu) if self._suffix == ".json" else nlu_to_yaml(nlu)
            summary = _counted(len(nlu.examples), "example", "examples")
        return Converted(sources, path, text, summary)


def write(files: Sequence[Converted]) -> None:
    """Writes the files.

    Raises:
        UsageError: one of them is there already; nothing was written.
        OSError: a file cannot be written.
    """
    taken = [file.path for file in files if file.path.exists()]
    if taken:
        raise UsageError(
            Problem(
                code="folder-in-use",
                what=f"{path} is there already, and would be written over",
                fix="remove it, or write elsewhere with --out PATH",
            )
            for path in taken
        )
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        file.path.write_text(file.text, encoding="utf-8")


def raise_errors(problems: Problems) -> None:
    """Raises what is wrong in the sources.

    Raises:
        BotError: something is.
    """
    if problems.errors():
        raise BotError(problems.errors())


def _relative(source: Source) -> Path:
    if source.format is Format.DIALOGFLOW:
        return Path(f"{source.path.resolve().name}.json")
    return Path(source.path.name) if source.path == source.root else source.path.relative_to(source.root)


def _free(path: Path, taken: Sequence[Path]) -> Path:
    number = 2
    free = path
    while free in taken:
        free = path.with_name(f"{path.stem}_{number}{path.suffix}")
        number += 1
    return free


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

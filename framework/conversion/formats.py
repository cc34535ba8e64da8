"""Tells in which format training data is, by the files' content and not by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from framework.bot.document import Mapping, read_text
from framework.bot.file_kinds import NLU_JSON_KEY
from framework.bot.files import files_in
from framework.bot.json_document import load_json
from framework.bot.problems import Problems
from framework.conversion.dialogflow import is_dialogflow
from framework.conversion.luis import LUIS_MARK
from framework.conversion.markdown import read_lines
from framework.conversion.markdown_nlu import is_markdown_nlu
from framework.conversion.markdown_responses import is_markdown_responses
from framework.conversion.markdown_stories import is_markdown_stories
from framework.conversion.wit import WIT_MARK
from framework.errors import Location

_MARKDOWN = ".md"
_JSON = ".json"
_YAML = (".yml", ".yaml")


class Format(StrEnum):
    """A format that training data can be in."""

    RASA_JSON = "Rasa JSON"
    LUIS = "LUIS"
    WIT = "Wit"
    DIALOGFLOW = "Dialogflow"
    MARKDOWN_NLU = "Markdown NLU data"
    MARKDOWN_STORIES = "Markdown stories"
    MARKDOWN_RESPONSES = "Markdown responses"
    YAML = "YAML"


class Part(StrEnum):
    """What training data is for."""

    NLU = "nlu"
    NLG = "nlg"
    CORE = "core"


@dataclass(frozen=True, slots=True)
class Source:
    """Training data to convert: a file, or the folder of an export. ``root`` is the path that led to it."""

    path: Path
    root: Path
    format: Format

    @property
    def part(self) -> Part:
        """What the data is for."""
        if self.format is Format.MARKDOWN_STORIES:
            return Part.CORE
        return Part.NLG if self.format is Format.MARKDOWN_RESPONSES else Part.NLU


def find_sources(roots: Iterable[Path], problems: Problems) -> list[Source]:
    """The training data at the paths, and in folders at any depth.

    A file in no known format is an error where it was named itself, and a warning where it was found in a folder.
    """
    found: list[Source] = []
    for root in roots:
        if root.is_dir():
            found += _in_folder(root, problems)
            continue
        errors = len(problems.errors())
        format_of_root = _format_of(root, problems)
        if format_of_root is not None:
            found.append(Source(root, root, format_of_root))
        elif len(problems.errors()) == errors:
            problems.error("unknown-format", _unknown(root), Location(str(root), 1), f"known: {', '.join(Format)}")
    return found


def _in_folder(root: Path, problems: Problems) -> Iterator[Source]:
    exports = [folder for folder in (root, *sorted(root.rglob("*"))) if folder.is_dir() and is_dialogflow(folder)]
    yield from (Source(folder, root, Format.DIALOGFLOW) for folder in exports)
    for path in files_in(root):
        if any(folder in path.parents for folder in exports) or path.suffix not in (_MARKDOWN, _JSON, *_YAML):
            continue
        found = _format_of(path, problems)
        if found is None:
            problems.warning("unknown-format", f"{_unknown(path)}; it is left out", Location(str(path), 1))
        else:
            yield Source(path, root, found)


def _unknown(path: Path) -> str:
    return f"{path.name} is not training data in a format that is known"


def _format_of(path: Path, problems: Problems) -> Format | None:
    if path.suffix in _YAML:
        return Format.YAML
    return _format_of_json(path, problems) if path.suffix == _JSON else _format_of_markdown(path, problems)


def _format_of_json(path: Path, problems: Problems) -> Format | None:
    data = load_json(path, problems)
    if not isinstance(data, Mapping):
        return None
    marks = {NLU_JSON_KEY: Format.RASA_JSON, LUIS_MARK: Format.LUIS, WIT_MARK: Format.WIT}
    return next((found for mark, found in marks.items() if mark in data.entries), None)


def _format_of_markdown(path: Path, problems: Problems) -> Format | None:
    text = read_text(path, problems)
    lines = [] if text is None else read_lines(text, str(path))
    if is_markdown_nlu(lines):
        return Format.MARKDOWN_NLU
    if is_markdown_responses(lines):
        return Format.MARKDOWN_RESPONSES
    return Format.MARKDOWN_STORIES if is_markdown_stories(lines) else None

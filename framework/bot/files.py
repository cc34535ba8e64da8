"""Finds and parses the files of a bot; each file is read once, however many readers look at it.

They are YAML. NLU data may also be in Rasa's older JSON format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from framework.bot.document import FIX_OF_MISSING_FILE, Mapping, load_file
from framework.bot.file_kinds import NLU_JSON_KEY
from framework.bot.json_document import load_json
from framework.bot.problems import Problems

TEST_PREFIX = "test_"
_SUFFIXES = (".yml", ".yaml")
_JSON_SUFFIX = ".json"


class Files:
    """The parsed YAML files of a bot."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._parsed: dict[Path, Mapping | None] = {}

    def load(self, path: Path) -> Mapping | None:
        """Parses a file; None, with a problem unless it is empty, if it is not a mapping of keys."""
        if path not in self._parsed:
            self._parsed[path] = self._read(path)
        return self._parsed[path]

    def load_all(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Mapping]]:
        """Parses the files at the paths, and those in folders at any depth, in the order of their names."""
        found = dict.fromkeys(file for path in paths for file in self._files(path))
        for path in found:
            file = self.load(path)
            if file is not None:
                yield path, file

    def _read(self, path: Path) -> Mapping | None:
        load = load_json if path.suffix == _JSON_SUFFIX else load_file
        node = load(path, self._problems)
        if node is None or node.is_null:
            return None
        if isinstance(node, Mapping):
            return node
        self._problems.error("wrong-type", f"a file must have keys such as `nlu:`, not {node.kind}", node.where)
        return None

    def _files(self, path: Path) -> Iterator[Path]:
        if path.is_dir():
            yield from bot_files(path)
        elif path.exists():
            yield path
        else:
            what = f"there is no file or folder {str(path)!r}"
            self._problems.error("file-not-found", what, fix=FIX_OF_MISSING_FILE)


def yaml_files(folder: Path) -> Iterator[Path]:
    """The YAML files in a folder at any depth, ordered by name; hidden files and folders are left out."""
    return (path for path in files_in(folder) if path.suffix in _SUFFIXES)


def bot_files(folder: Path) -> Iterator[Path]:
    """As :func:`yaml_files`, and the JSON files that hold NLU data."""
    return (path for path in files_in(folder) if path.suffix in _SUFFIXES or _is_nlu_json(path))


def files_in(folder: Path) -> Iterator[Path]:
    """All files in a folder at any depth, ordered by name; hidden files and folders are left out."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from files_in(path)
        else:
            yield path


def _is_nlu_json(path: Path) -> bool:
    return path.suffix == _JSON_SUFFIX and f'"{NLU_JSON_KEY}"'.encode() in path.read_bytes()


def is_test_file(path: Path) -> bool:
    """Whether the name says that the stories in a file are tests."""
    return path.name.startswith(TEST_PREFIX)

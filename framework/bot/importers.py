"""Finds the files that belong to a bot: its own, and those of the projects that it imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from framework.bot.bot import BotPaths
from framework.bot.config import Config
from framework.bot.document import Mapping
from framework.bot.expect import texts_of
from framework.bot.file_kinds import CONFIG_KEYS, DOMAIN_KEYS, TRAINING_KEYS, holds
from framework.bot.files import Files, bot_files, is_test_file, yaml_files
from framework.bot.problems import Problems
from framework.errors import one_of

FILE_IMPORTER = "RasaFileImporter"
PROJECT_IMPORTER = "MultiProjectImporter"
_SHORT_NAMES = {FILE_IMPORTER: FILE_IMPORTER, PROJECT_IMPORTER: PROJECT_IMPORTER}
_CONFIG_MARKS = CONFIG_KEYS - {"data"}


class BotFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a bot by what is read from them."""

    domain: tuple[Mapping, ...]
    training: tuple[Mapping, ...]
    tests: tuple[Mapping, ...]


def find_files(
    paths: BotPaths, config: Config, config_file: Mapping | None, files: Files, problems: Problems
) -> BotFiles:
    """Finds the domain, training data and test stories that the importers of a config bring in."""
    names = [_importer_name(entry.name) for entry in config.importers]
    for entry, name in zip(config.importers, names, strict=True):
        if name not in _SHORT_NAMES:
            problems.error(
                "unknown-importer", f"unknown importer {entry.name!r}", entry.where, one_of(entry.name, _SHORT_NAMES)
            )
    finder = _Finder(paths, files, problems)
    if PROJECT_IMPORTER in names and config_file is not None:
        finder.follow_imports(config_file, paths.folder / paths.config)
    finder.read_own()
    return finder.result()


def _importer_name(name: str) -> str:
    short = name.rpartition(".")[2]
    return short if name.startswith("rasa.") else name


class _Finder:
    def __init__(self, paths: BotPaths, files: Files, problems: Problems) -> None:
        self._paths = paths
        self._files = files
        self._problems = problems
        self._domain: dict[Path, Mapping] = {}
        self._training: dict[Path, Mapping] = {}
        self._tests: dict[Path, Mapping] = {}
        self._followed: set[Path] = set()

    def result(self) -> BotFiles:
        return BotFiles(
            domain=tuple(self._domain.values()),
            training=tuple(self._training.values()),
            tests=tuple(self._tests.values()),
        )

    def read_own(self) -> None:
        """Adds the files at the bot's own paths."""
        for path, file in self._files.load_all(self._own(self._paths.domain)):
            if path.resolve() not in self._domain and holds(file, DOMAIN_KEYS):
                self._domain[path.resolve()] = file
        for path, file in self._files.load_all(self._own(self._paths.data)):
            self._add_training(path, file)
        tests = self._paths.folder / "tests"
        if tests.is_dir():
            for path, file in self._files.load_all(filter(is_test_file, yaml_files(tests))):
                if holds(file, ("stories",)):
                    self._tests[path.resolve()] = file

    def follow_imports(self, config_file: Mapping, config_path: Path) -> None:
        """Adds all files of the projects that a config imports, and of those that they import."""
        self._followed.add(config_path.resolve())
        node = config_file.get("imports")
        for name in texts_of(node, "imports", self._problems):
            path = config_path.parent / name
            if not path.exists():
                self._problems.error(
                    "file-not-found",
                    f"the imported project {name!r} does not exist",
                    node.where if node else None,
                )
            elif path.is_dir():
                for inner in bot_files(path):
                    self._add_imported(inner)
            else:
                self._add_imported(path)

    def _own(self, names: Iterable[Path]) -> Iterator[Path]:
        """The bot's own paths; a project that only joins others may lack them."""
        for name in names:
            path = self._paths.folder / name
            if path.exists() or not self._followed:
                yield path

    def _add_imported(self, path: Path) -> None:
        file = self._files.load(path)
        if file is None:
            return
        if holds(file, TRAINING_KEYS):
            self._add_training(path, file)
        if holds(file, DOMAIN_KEYS) and not _is_training_only(file):
            self._domain[path.resolve()] = file
        elif holds(file, _CONFIG_MARKS) and path.resolve() not in self._followed:
            self.follow_imports(file, path)

    def _add_training(self, path: Path, file: Mapping) -> None:
        if holds(file, ("stories", "rules")) and is_test_file(path):
            self._tests[path.resolve()] = file
        elif holds(file, TRAINING_KEYS):
            self._training[path.resolve()] = file
        elif path.resolve() not in self._domain and not holds(file, _CONFIG_MARKS):
            self._warn_of_skipped(file)

    def _warn_of_skipped(self, file: Mapping) -> None:
        if holds(file, DOMAIN_KEYS):
            what, fix = "a domain file inside the training data is left out", "move it to the domain, or name it there"
        else:
            what, fix = "the file is left out: it has none of nlu, stories, rules, responses", None
        self._problems.warning("skipped-file", what, file.where, fix)


def _is_training_only(file: Mapping) -> bool:
    """A file whose only domain key is ``responses``, beside training data."""
    return holds(file, TRAINING_KEYS - {"responses"}) and not holds(file, DOMAIN_KEYS - {"responses"})

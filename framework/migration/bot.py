"""The files of a bot that change, and what becomes of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from framework.bot.document import read_text
from framework.bot.file_kinds import DOMAIN_KEYS, TRAINING_KEYS, holds
from framework.bot.files import yaml_files
from framework.bot.problems import Problems
from framework.errors import BotError
from framework.migration.domain import migrate_domain
from framework.migration.source import SourceFile, parse_source
from framework.migration.training_data import migrate_training_data

_DOMAIN_KEYS = DOMAIN_KEYS | {"templates"}


@dataclass(frozen=True, slots=True)
class MigratedFile:
    """A file before and after; ``root`` is the file or folder that it was found at."""

    path: Path
    root: Path
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether anything had to change."""
        return self.before != self.after

    def diff(self) -> str:
        """What changes, in the form of ``diff -u``; nothing for a file that stays as it is."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        found = difflib.unified_diff(before, after, fromfile=str(self.path), tofile=str(self.path))
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found)


def migrate(domain: Iterable[Path], data: Iterable[Path]) -> list[MigratedFile]:
    """Brings domain files and training data to the 3.1 format, without writing anything.

    Args:
        domain: files and folders that are the domain.
        data: files and folders with NLU data, stories, rules and test stories.

    Raises:
        BotError: a file has errors or cannot be migrated.
    """
    problems = Problems()
    in_domain = [found for found in _load(domain, problems) if holds(found[0].root, _DOMAIN_KEYS)]
    taken = {file.path.resolve() for file, _ in in_domain}
    training = [
        found
        for found in _load(data, problems)
        if holds(found[0].root, TRAINING_KEYS) and found[0].path.resolve() not in taken
    ]
    if problems.errors():
        raise BotError(problems.errors())
    texts = migrate_domain([file for file, _ in in_domain]) if in_domain else []
    texts += (migrate_training_data(file) for file, _ in training)
    return [
        MigratedFile(file.path, root, file.text, text)
        for (file, root), text in zip([*in_domain, *training], texts, strict=True)
    ]


def _load(roots: Iterable[Path], problems: Problems) -> Iterator[tuple[SourceFile, Path]]:
    for root in roots:
        for path in yaml_files(root) if root.is_dir() else [root]:
            text = read_text(path, problems)
            source = None if text is None else parse_source(path, text, problems)
            if source is not None:
                yield source, root

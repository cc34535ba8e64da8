"""Writes migrated files: in place, with the originals beside them, or elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from framework.errors import Problem, UsageError
from framework.migration.bot import MigratedFile

BACKUP_PREFIX = "original_"


def write_in_place(files: Iterable[MigratedFile]) -> list[Path]:
    """Writes the files that change, and returns where their originals are.

    Raises:
        UsageError: there are originals from an earlier time; nothing was written.
    """
    changed = [file for file in files if file.is_changed]
    backups = [backup_of(file) for file in changed]
    taken = [path for path in backups if path.exists()]
    if taken:
        raise UsageError(
            Problem(
                code="folder-in-use",
                what=f"{path} is there already, and would be written over",
                fix="move it away, or write elsewhere with --out PATH",
            )
            for path in taken
        )
    for file, backup in zip(changed, backups, strict=True):
        backup.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path, backup)
    for file in changed:
        _write(file.path, file.after)
    return backups


def write_to_folder(files: Iterable[MigratedFile], folder: Path) -> list[Path]:
    """Writes all files, changed or not, to a folder, under the names of the roots at which they were found."""
    written = []
    for file in files:
        path = folder / file.root.resolve().name / file.path.relative_to(file.root)
        _write(path, file.after)
        written.append(path)
    return written


def write_to_file(file: MigratedFile, path: Path) -> None:
    """Writes a single file under another name."""
    _write(path, file.after)


def backup_of(file: MigratedFile) -> Path:
    """Where the original of a file goes: ``original_domain.yml``, or ``original_data/nlu.yml`` for ``data/nlu.yml``."""
    root = file.root if file.root.name else file.root.resolve()
    return root.with_name(f"{BACKUP_PREFIX}{root.name}") / file.path.relative_to(file.root)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())

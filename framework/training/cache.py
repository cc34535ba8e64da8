"""The cache of trained components: a folder each, named by its fingerprint, least recently used first to go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from framework.errors import Problem, UsageError

CACHE_FOLDER = Path(".framework") / "cache"
SIZE_VARIABLE = "FRAMEWORK_CACHE_MB"
DEFAULT_MEGABYTES = 1000
_MEGABYTE = 1024 * 1024
_UNFINISHED = "unfinished-"


class TrainingCache:
    """Folders of trained components by fingerprint, together no larger than ``limit`` bytes."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit

    @classmethod
    def of_bot(cls, bot_folder: Path) -> TrainingCache:
        """The cache in a bot's ``.framework`` folder; ``FRAMEWORK_CACHE_MB`` limits its size."""
        text = os.environ.get(SIZE_VARIABLE, str(DEFAULT_MEGABYTES))
        if not text.isdecimal():
            raise UsageError(
                Problem(
                    code="cache-size", what=f"{SIZE_VARIABLE} is {text!r}", fix="give it a whole number of megabytes"
                )
            )
        return cls(bot_folder / CACHE_FOLDER, int(text) * _MEGABYTE)

    def find(self, fingerprint: str) -> Path | None:
        """The folder of a component trained before, which counts as used now; None where there is none."""
        folder = self.folder / fingerprint
        if not folder.is_dir():
            return None
        os.utime(folder)
        return folder

    def add(self, fingerprint: str, save: Callable[[Path], None]) -> Path:
        """Lets ``save`` fill the folder of a fingerprint. An interrupted run leaves no half-written folder behind."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(mkdtemp(prefix=_UNFINISHED, dir=self.folder))
        try:
            save(unfinished)
            target = self.folder / fingerprint
            if target.exists():
                shutil.rmtree(target)
            unfinished.rename(target)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        os.utime(target)
        return target

    def shrink(self, keep: set[str]) -> None:
        """Removes what was not used for longest until the limit is kept; what is in ``keep`` stays."""
        if not self.folder.is_dir():
            return
        folders = sorted(self._folders(), key=lambda folder: folder.stat().st_mtime)
        sizes = {folder: _size(folder) for folder in folders}
        total = sum(sizes.values())
        for folder in folders:
            if total <= self.limit:
                return
            if folder.name not in keep:
                shutil.rmtree(folder)
                total -= sizes[folder]

    def _folders(self) -> list[Path]:
        return [item for item in self.folder.iterdir() if item.is_dir() and not item.name.startswith(_UNFINISHED)]


def _size(folder: Path) -> int:
    """Bytes that a folder takes; of a file that is linked from several folders, each has its share."""
    files = (file.stat() for file in folder.rglob("*") if file.is_file())
    return sum(file.st_size // file.st_nlink for file in files)

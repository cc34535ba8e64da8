"""A cache for trainings that have none."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp


class TemporaryCache:
    """Keeps folders for as long as it is kept itself."""

    def __init__(self) -> None:
        self._folder = Path(mkdtemp(prefix="framework-language-model-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def find(self, key: str) -> Path | None:
        """See ``ComponentCache``."""
        folder = self._folder / key
        return folder if folder.is_dir() else None

    def add(self, key: str, save: Callable[[Path], None]) -> Path:
        """See ``ComponentCache``."""
        folder = self._folder / key
        folder.mkdir()
        save(folder)
        return folder

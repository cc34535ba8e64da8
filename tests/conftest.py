"""What the tests of all rooms share."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
"""Bots, data and recorded conversations that are kept beside the project; absent in a plain clone."""


@pytest.fixture
def shared() -> Path:
    """The shared folder; skips the test where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the folder 'shared' beside the project")
    return SHARED


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the variables of whoever runs the tests from changing what they see."""
    for name in ("FRAMEWORK_DISABLE_PLUGINS", "FRAMEWORK_CACHE_MB", "LOG_LEVEL", "LOG_LEVEL_LIBRARIES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def own_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose modules can be imported, as those of a bot can, and are forgotten after the test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture(autouse=True)
def logging_as_found() -> Iterator[None]:
    """Undoes the logging set-up of commands that a test runs in this process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)

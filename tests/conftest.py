"""What the tests of all rooms share."""

from __future__ import annotations

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

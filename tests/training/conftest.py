from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training.tea_house import write_tea_house

Edit = Callable[[str, str, str], None]


@pytest.fixture
def bot_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small bot, and the current folder."""
    write_tea_house(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def edit(bot_folder: Path) -> Edit:
    """Replaces a text in one of the bot's files."""

    def replace(name: str, old: str, new: str) -> None:
        text = (bot_folder / name).read_text()
        assert old in text
        (bot_folder / name).write_text(text.replace(old, new))

    return replace

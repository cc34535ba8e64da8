"""Bots that are written in the test that reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from framework.bot.bot import Bot, BotPaths
from framework.bot.reader import read_bot

CONFIG = """\
recipe: default.v1
language: en
assistant_id: shop
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: DIETClassifier
policies:
- name: RulePolicy
"""

WriteFiles = Callable[[dict[str, str]], None]
ReadBot = Callable[[dict[str, str]], Bot]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteFiles:
    """Writes files into an empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)

    def write_files(files: dict[str, str]) -> None:
        for name, text in files.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")

    return write_files


@pytest.fixture
def read(write: WriteFiles) -> ReadBot:
    """Writes a bot and reads it; ``config.yml``, an empty domain and an empty ``data`` are there if not given."""

    def read_files(files: dict[str, str]) -> Bot:
        write({"config.yml": CONFIG, "domain.yml": "", "data/empty.yml": "", **files})
        return read_bot(BotPaths())

    return read_files

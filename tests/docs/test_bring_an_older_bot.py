"""The how-to for older bots shows what the commands do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from framework.cli.main import main
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "how-to" / "bring-an-older-bot.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The examples of the page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "domain.yml").write_text(blocks("yaml")[0])
    for name, text in zip(("nlu", "stories", "responses"), blocks("markdown"), strict=True):
        (tmp_path / "data" / f"{name}.md").write_text(text)
    monkeypatch.chdir(tmp_path)


def test_the_domain_is_migrated_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "migrate", "--dry-run"]) == 0
    assert capsys.readouterr().out == blocks("diff")[0]
    assert main(["data", "migrate"]) == 0
    assert f"    {capsys.readouterr().out}" in PAGE


def test_markdown_is_converted_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "convert", "--out", "new_data"]) == 0
    assert capsys.readouterr().out == blocks("text")[0]
    assert Path("new_data/stories.yml").read_text() == blocks("yaml")[1]

"""The tests that the bot brings along pass."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from framework.cli.main import main

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def in_bot_folder(trained_bot: Path, order_book: Path, actions_package: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(trained_bot)
    monkeypatch.setattr(sys, "path", sys.path.copy())


def test_every_test_story_goes_as_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "core", "--fail-on-prediction-errors", "--e2e", "--no-plot", "--out", str(tmp_path)]) == 0
    assert "10 of 10" in capsys.readouterr().out


def test_every_conversation_with_the_real_actions_goes_as_written(capsys: pytest.CaptureFixture[str], rows) -> None:
    assert main(["test", "e2e"]) == 0
    assert capsys.readouterr().out == "10 of 10 test cases passed\n"
    assert rows("SELECT number, product, reason FROM returns") == [("FW-10023", "rain jacket", "wrong_size")]

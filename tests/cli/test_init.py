from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from framework.cli.init import assistant_id, write_bot
from framework.cli.main import main
from framework.errors import UsageError

FILES = {
    ".gitignore",
    "README.md",
    "config.yml",
    "credentials.yml",
    "data/nlu.yml",
    "data/rules.yml",
    "data/stories.yml",
    "domain.yml",
    "endpoints.yml",
    "tests/test_stories.yml",
}


def test_a_bot_is_written_without_asking(tmp_path, capsys):
    status = main(["init", "--no-prompt", "--init-dir", str(tmp_path / "corner café")])

    made = {str(path.relative_to(tmp_path / "corner café")) for path in (tmp_path / "corner café").rglob("*.*")}
    assert status == 0
    assert made == FILES
    assert "framework train" in capsys.readouterr().out


def test_two_bots_of_one_name_have_different_ids(tmp_path):
    for folder in ("one", "two"):
        main(["init", "--no-prompt", "--init-dir", str(tmp_path / folder), "--name", "Corner Café"])

    ids = [yaml.safe_load((tmp_path / folder / "config.yml").read_text())["assistant_id"] for folder in ("one", "two")]
    assert [each.rpartition("-")[0] for each in ids] == ["corner-cafe", "corner-cafe"]
    assert ids[0] != ids[1]


def test_a_name_without_plain_letters_still_makes_an_id():
    assert assistant_id("咖啡").startswith("bot-")


def test_a_bot_that_is_there_already_is_left_alone(tmp_path):
    (tmp_path / "domain.yml").write_text("intents: []\n")

    with pytest.raises(UsageError) as raised:
        write_bot(tmp_path, "x")

    assert str(raised.value) == (
        f"{tmp_path} has domain.yml already (choose another folder: framework init --init-dir my-bot)"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["domain.yml"]


def test_in_a_terminal_the_folder_is_asked_for_and_training_is_offered(tmp_path):
    terminal, side = pty.openpty()
    os.write(terminal, b"my-bot\nn\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("framework"), "init"],
        stdin=side,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=30,
    )
    os.close(side)
    os.close(terminal)

    assert done.returncode == 0, done.stderr
    assert "Train it now?" in done.stdout
    assert done.stdout.endswith("Next:\n  cd my-bot\n  framework train\n  framework shell\n")
    assert (tmp_path / "my-bot" / "domain.yml").exists()

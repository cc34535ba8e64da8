from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from framework.cli import main as main_module
from framework.cli.commands import BUILT_IN, find_built_in, import_built_in
from framework.cli.main import main


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.mark.parametrize("command", BUILT_IN, ids=lambda command: " ".join(command.words))
def test_the_overview_says_of_each_command_what_the_command_says(command, capsys: pytest.CaptureFixture[str]) -> None:
    module = import_built_in(command)
    assert command.summary == module.SUMMARY
    assert main(["--help"]) == 0
    rows = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    assert [" ".join(command.words), command.summary] in [[row[1], row[-1].strip()] for row in rows if len(row) > 2]


@pytest.mark.parametrize("command", BUILT_IN, ids=lambda command: " ".join(command.words))
def test_every_command_explains_its_flags(command, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: framework {' '.join(command.words)}")
    assert "--logging-config-file" in shown


def test_the_longest_command_wins() -> None:
    found = [find_built_in(words) for words in (["train"], ["train", "nlu"], ["train", "nlux"], ["nothing"])]
    assert [command and command.words for command in found] == [("train",), ("train", "nlu"), ("train",), None]


def test_no_command_shows_the_overview_and_counts_as_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "commands:" in capsys.readouterr().out


def test_the_version_names_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("framework")
    assert "onnxruntime" in shown


def test_a_misspelt_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trian"]) == 2
    assert capsys.readouterr().err.splitlines()[:2] == [
        "unknown command 'trian'",
        "   did you mean 'train'?  docs: reference/cli",
    ]


def test_half_a_command_is_answered_with_its_other_halves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "valdate"]) == 2
    assert "known: framework data validate" in capsys.readouterr().err


def test_a_wrong_flag_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--no-such-flag"]) == 2
    assert "unrecognized arguments: --no-such-flag" in capsys.readouterr().err


def test_a_missing_model_is_a_problem_of_the_environment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shell", "nlu"]) == 3
    shown = capsys.readouterr().err
    assert "train one: framework train" in shown
    assert "Traceback" not in shown


def test_an_empty_folder_is_a_problem_of_the_bot(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train"]) == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("flags", [["shell", "nlu", "--debug"], ["-vv", "shell", "nlu"]])
def test_debug_shows_the_traceback_too(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(flags) == 3
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "train one: framework train" in shown


def test_a_logging_file_that_cannot_be_used_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    Path("logging.yml").write_text("version: 2\n")
    assert main(["plugins", "--logging-config-file", "logging.yml"]) == 2
    assert "logging.yml cannot be used as the logging configuration" in capsys.readouterr().err


def test_a_level_that_is_none_is_wrong_use(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LOG_LEVEL", "warnign")
    assert main(["plugins"]) == 2
    assert "LOG_LEVEL is 'WARNIGN', which is no level" in capsys.readouterr().err


def test_verbose_is_heard_by_plugins_and_not_by_other_packages() -> None:
    assert main(["plugins", "--verbose"]) == 0
    assert logging.getLogger("framework_diet.trainer").isEnabledFor(logging.INFO)
    assert logging.getLogger("framework.training").isEnabledFor(logging.INFO)
    main(["plugins", "--quiet"])
    assert not logging.getLogger("framework_diet.trainer").isEnabledFor(logging.INFO)


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(arguments: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(main_module, "_dispatch", interrupted)
    assert main(["train"]) == 130
    assert capsys.readouterr().err == "\n"


def test_the_current_folder_is_on_the_import_path() -> None:
    sys.path[:] = [path for path in sys.path if path != str(Path.cwd())]
    main(["plugins"])
    assert sys.path[0] == str(Path.cwd())

"""Real public bots pass the checks before a training, or are refused for what is really wrong with them."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.errors import FrameworkError, Severity
from framework.model.metadata import TrainingType
from framework.registry import create_registry
from framework.training.options import TrainingOptions
from framework.training.progress import Progress
from framework.training.trainer import Trainer
from tests.conftest import SHARED

BOTS = sorted(path.parent.name for path in SHARED.glob("bots/*/config.yml"))

NOT_HERE = {"unavailable-component"}
"""A component that nobody maintains any more, or that is still to come."""
OWN_CODE_MISSING = {"unknown-component"}
"""The bot names classes of its own that its public copy does not contain."""

REFUSED = {
    "Ailln__rasa-guotie": OWN_CODE_MISSING,
    "AlazabDev__alazab-rasa": {
        "contradicting-rules",
        "incomplete-rule",
        "unknown-action",
        "unknown-form",
    },
    "Dustyposa__rasa_ch_faq": OWN_CODE_MISSING,
    "RasaHQ__carbon-bot": {*NOT_HERE, "invalid-component-config"},
    "RasaHQ__how-to-rasa__video-09-1-basic-forms": {"contradicting-rules", "unknown-slot"},
}
"""Bots with errors, and the codes that these may have."""


def paths_of(folder: Path) -> BotPaths:
    """Where the commands look: in ``domain.yml``, or in the folder ``domain``."""
    return BotPaths(folder=folder, domain=(Path("domain.yml") if (folder / "domain.yml").exists() else Path("domain"),))


def errors_of(folder: Path, wanted: TrainingType = "both") -> list[str]:
    """The codes of the errors that keep a bot from being trained."""
    console = Console(file=io.StringIO())
    options = TrainingOptions(training_type=wanted)
    try:
        trainer = Trainer(read_bot(paths_of(folder)), create_registry(), options, Progress(console))
        trainer.check()
    except FrameworkError as error:
        return [problem.code for problem in error.problems if problem.severity is Severity.ERROR]
    return []


@pytest.mark.usefixtures("own_modules")
@pytest.mark.parametrize("name", BOTS)
def test_a_public_bot_is_ready_to_train_or_refused_for_a_good_reason(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / name
    shutil.copytree(SHARED / "bots" / name, folder)
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    errors = set(errors_of(folder))
    assert errors <= REFUSED.get(name, set())
    assert bool(errors) == (name in REFUSED)


@pytest.mark.usefixtures("own_modules")
@pytest.mark.parametrize("name", BOTS)
def test_understanding_is_ready_to_train_unless_a_component_cannot_be_had(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / name
    shutil.copytree(SHARED / "bots" / name, folder)
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    assert set(errors_of(folder, "nlu")) == REFUSED.get(name, set()) & {*NOT_HERE, *OWN_CODE_MISSING}

"""The worked example of porting a component, and the table of names, are true."""

from __future__ import annotations

import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import framework.api
from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.errors import BotError
from framework.model.loading import load_assistant
from framework.registry import create_registry
from framework.registry.rasa_names import REPLACEMENTS, WITHOUT, remedy
from framework.training.options import TrainingOptions
from framework.training.progress import Progress
from framework.training.trainer import Trainer
from tests.docs.snippets import PROJECT, write_files

PAGE = "docs/how-to/migrate-a-component.md"


@pytest.fixture
def bot_folder(own_modules: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(PAGE, own_modules)
    monkeypatch.chdir(own_modules)
    return own_modules


def trainer() -> Trainer:
    bot = read_bot(BotPaths())
    return Trainer(bot, create_registry(), TrainingOptions(training_type="nlu"), Progress(Console(file=StringIO())))


def test_the_ported_component_learns_and_finds(bot_folder: Path) -> None:
    run = trainer()
    run.check()
    pipeline = load_assistant(run.run(run.plan()).model, create_registry()).pipeline
    (parsed,) = pipeline.parse(["is MUG-999 there, or TEA-1?"])
    assert [(entity["entity"], entity["value"]) for entity in parsed["entities"]] == [("product", "MUG-999")]


def test_the_component_as_it_was_is_refused_with_what_the_page_says(bot_folder: Path) -> None:
    shutil.copy(bot_folder / "before" / "parts.py", bot_folder / "parts.py")
    with pytest.raises(BotError) as caught:
        trainer().check()
    page = (PROJECT / PAGE).read_text(encoding="utf-8")
    refused = {problem.where.line: problem.fix for problem in caught.value.problems if problem.code == "imports-rasa"}
    assert sorted(refused) == list(range(4, 12))
    shown = re.findall(r"^parts\.py:(\d+):1 .*?^   (\S.*?)  docs:", page, re.MULTILINE | re.DOTALL)
    assert shown == [(str(line), refused[line]) for line in (4, 8)]


def test_the_page_lists_the_names_that_errors_give_and_no_other() -> None:
    names = (PROJECT / PAGE).read_text(encoding="utf-8").partition("## All names")[2]
    assert dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|$", names, re.MULTILINE)) == REPLACEMENTS
    assert dict(re.findall(r"^\| `([A-Z]\w+)` \| (?!`\w+` \|$)(.+) \|$", names, re.MULTILINE)) == WITHOUT


def test_every_replacement_can_be_imported() -> None:
    assert [name for name in REPLACEMENTS.values() if not hasattr(framework.api, name)] == []


@pytest.mark.parametrize(
    ("module", "names", "wanted"),
    [
        ("rasa.nlu.tokenizers.jieba_tokenizer", ["JiebaTokenizer"], "from framework.api import Tokenizer"),
        ("rasa.nlu.components", ["Component"], "from framework.api import Component"),
        ("rasa.shared.nlu.training_data.message", ["Message"], "from framework.api import MessageBatch"),
        ("rasa.shared.nlu.constants", ["TEXT", "ENTITIES"], "from framework.api import MessageBatch"),
        ("rasa.core.policies.policy", ["Policy", "PolicyPrediction"], "from framework.api import Policy, Prediction"),
        ("rasa.shared.core.trackers", ["get_active_loop_name"], "from framework.api import Tracker"),
        ("rasa.shared.utils.io", [], "write the string itself, or use Python's standard library"),
    ],
)
def test_imports_of_real_bots_have_a_remedy(module: str, names: list[str], wanted: str) -> None:
    assert remedy(module, names) == wanted

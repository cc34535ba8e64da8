from __future__ import annotations

import importlib
import io
import sys
import tomllib

import pytest

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.bot.validation import validate_bot
from framework.cli.main import main
from framework.nlu.batch import MessageBatch
from framework.nlu.component import LoadContext
from framework.registry import Registry
from tests.docs.snippets import PROJECT, files_in, write_files


@pytest.fixture
def plugin_module(tmp_path, monkeypatch):
    write_files("README.md", tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("framework_hashtags")
    del sys.modules["framework_hashtags"]


def test_the_bot_is_whole_and_without_fault(tmp_path):
    write_files("README.md", tmp_path)

    bot = read_bot(BotPaths(folder=tmp_path))

    assert [*bot.problems, *validate_bot(bot)] == []
    assert list(bot.domain.forms) == ["tea_form"]


@pytest.mark.slow
def test_the_bot_talks(tmp_path, monkeypatch, capsys):
    write_files("README.md", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    assert main(["train"]) == 0
    capsys.readouterr()

    monkeypatch.setattr(sys, "stdin", io.StringIO("hello\n1\na mint tea please\ncan i order tea?\n"))
    assert main(["shell"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "Hello! Would you like some tea?",
        "  1. A green tea, please",
        "One green tea, with pleasure.",
        "One mint tea, with pleasure.",
        "One mint tea, with pleasure.",
    ]


def test_the_plugin_registers_and_works(plugin_module):
    registry = Registry()
    registry.add_plugin(plugin_module, "hashtags")
    extractor_class = registry.load("HashtagExtractor", ["entity_extractor"])
    extractor = extractor_class(extractor_class.Config(), LoadContext(name="HashtagExtractor"))
    batch = MessageBatch.of(["walking #uphill and #down", "nothing"])

    extractor.process(batch)

    found = [[(entity.entity, entity.value) for entity in entities] for entities in batch.entities]
    assert found == [[("hashtag", "uphill"), ("hashtag", "down")], []]


def test_the_plugin_has_15_lines():
    code = [line for line in files_in("README.md")["framework_hashtags.py"].splitlines() if line.strip()]

    assert len(code) <= 15


def test_the_entry_point_is_valid():
    text = (PROJECT / "README.md").read_text()
    block = text.partition("```toml\n")[2].partition("```")[0]

    assert tomllib.loads(block)["project"]["entry-points"]["framework.plugins"] == {"hashtags": "framework_hashtags"}

"""A plugin in a package of its own, built and installed by pip as any author's would be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.training.tea_house import write_tea_house

PROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "shouting-plugin"
version = "1.0"

[project.optional-dependencies]
loud = ["no-such-megaphone>=1"]

[project.entry-points."framework.plugins"]
shouting = "shouting"

[tool.setuptools]
packages = ["shouting"]
"""

DECLARATION = """
from framework.api import Provides, hookimpl


@hookimpl
def framework_provides():
    return [
        Provides("intent_classifier", "ShoutClassifier", "shouting.classifier:ShoutClassifier",
                 summary="Hears who shouts."),
        Provides("featurizer", "Megaphone", "shouting.megaphone:Megaphone", extra="loud"),
        Provides("command", "shout", "shouting.command", summary="shout something"),
    ]
"""

CLASSIFIER = '''
from pydantic import Field

from framework.api import ComponentConfig, IntentClassifier, IntentResult


class ShoutClassifier(IntentClassifier):
    """Takes a message in capitals for a complaint."""

    class Config(ComponentConfig):
        share: float = Field(default=0.5, ge=0, le=1, description="Share of letters that must be capitals.")

    def process(self, batch):
        for index, text in enumerate(batch.texts):
            if text.isupper():
                batch.intents[index] = IntentResult("complain", 1.0)
'''

COMMAND = """
SUMMARY = "shout something"


def add_arguments(parser):
    parser.add_argument("text")


def run(args):
    print(args.text.upper())
    return 0
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    (source / "shouting").mkdir()
    (source / "pyproject.toml").write_text(PROJECT)
    (source / "shouting" / "__init__.py").write_text(DECLARATION)
    (source / "shouting" / "classifier.py").write_text(CLASSIFIER)
    (source / "shouting" / "megaphone.py").write_text("import no_such_megaphone\n")
    (source / "shouting" / "command.py").write_text(COMMAND)
    return install(source, tmp_path_factory.mktemp("site"))


def install(source: Path, target: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(target), str(source)], check=True)
    return target


def framework(
    installed: Path, *arguments: str, folder: Path | None = None, typed: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), **variables}
    command = [sys.executable, "-m", "framework", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, input=typed, cwd=folder, env=environment, check=False
    )


def test_its_components_are_listed_with_plugin_and_summary(installed: Path) -> None:
    listed = framework(installed, "plugins").stdout.splitlines()
    (row,) = [line.split() for line in listed if line.startswith("ShoutClassifier")]
    assert row == ["ShoutClassifier", "intent_classifier", "shouting", "Hears", "who", "shouts."]
    (row,) = [line.split() for line in listed if line.startswith("Megaphone")]
    assert row == ["Megaphone", "featurizer", "shouting", "loud", "(not", "installed)"]


def test_the_keys_of_its_component_are_shown_with_default_bounds_and_description(installed: Path) -> None:
    shown = framework(installed, "plugins", "show", "ShoutClassifier").stdout.splitlines()
    assert shown[0] == "ShoutClassifier  intent_classifier of plugin shouting"
    assert shown[1] == "Takes a message in capitals for a complaint."
    assert [cell.strip() for cell in shown[-1].split("  ") if cell.strip()] == [
        "share",
        "float",
        "0.5",
        "≥ 0, ≤ 1",
        "Share of letters that must be capitals.",
    ]


def test_a_missing_extra_names_the_plugins_own_distribution(installed: Path) -> None:
    refused = framework(installed, "plugins", "show", "Megaphone")
    assert refused.returncode == 3
    assert "'Megaphone' needs 'no_such_megaphone', which is not installed" in refused.stderr
    assert "pip install 'shouting-plugin[loud]'" in refused.stderr


def test_its_command_runs_and_is_listed(installed: Path) -> None:
    assert framework(installed, "shout", "hello").stdout == "HELLO\n"
    assert "shout something (plugin shouting)" in framework(installed, "--help").stdout


def test_it_is_blocked_by_name(installed: Path) -> None:
    listed = framework(installed, "plugins", FRAMEWORK_DISABLE_PLUGINS="shouting").stdout
    assert "WhitespaceTokenizer" in listed
    assert "ShoutClassifier" not in listed


def test_a_plugin_that_cannot_be_imported_is_named_with_its_cause(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "shouting.py").write_text("raise RuntimeError('lost my voice')\n")
    path = os.pathsep.join([str(tmp_path), str(installed)])
    refused = framework(installed, "plugins", PYTHONPATH=path)
    assert refused.returncode == 3
    assert "plugin 'shouting' (shouting) failed to load: RuntimeError: lost my voice" in refused.stderr
    assert "FRAMEWORK_DISABLE_PLUGINS=shouting" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_help_is_shown_though_a_plugin_fails(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "shouting.py").write_text("raise RuntimeError('lost my voice')\n")
    path = os.pathsep.join([str(tmp_path), str(installed)])
    shown = framework(installed, "--help", PYTHONPATH=path)
    assert shown.returncode == 0
    assert "train a model" in shown.stdout
    assert "lost my voice" in shown.stdout


def test_the_plugin_of_the_documentation_works(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "write-a-plugin.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"```\w+\n# (\S+\.(?:py|toml))\n(.*?)```", page, re.DOTALL):
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / name).write_text(text)
    site = install(tmp_path / "source", tmp_path / "site")
    shown = framework(site, "plugins", "show", "AngerClassifier").stdout
    assert "AngerClassifier  intent_classifier of plugin angry" in shown

    write_tea_house(tmp_path / "bot")
    config = (tmp_path / "bot" / "config.yml").read_text()
    added = "- name: AngerClassifier\n  letters: 6\n- name: angry_plugin.words.KnownWords\n"
    (tmp_path / "bot" / "config.yml").write_text(config.replace("policies:", f"{added}policies:"))
    trained = framework(site, "train", "nlu", folder=tmp_path / "bot")
    assert trained.returncode == 0, trained.stderr
    parsed = framework(site, "shell", "nlu", folder=tmp_path / "bot", typed="HELLO YOU\n").stdout
    assert '"intent":{"name":"complain","confidence":1.0}' in parsed
    assert '"known_words":0' in parsed

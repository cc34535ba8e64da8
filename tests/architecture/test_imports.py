"""What must not be imported where: checked in processes of their own, because imports cannot be taken back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.training.tea_house import write_tea_house

HEAVY = {"numpy", "onnxruntime", "pydantic", "rich", "sanic", "yaml", "torch", "sklearn", "scipy", "aiohttp"}
TRAINING_ONLY = {"onnx", "scipy", "sklearn", "spacy", "torch", "transformers"}


def imported_by(code: str, folder: Path) -> set[str]:
    """Top-level names of all modules that a process has imported in the end."""
    report = "\nimport json, sys; sys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, cwd=folder, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    assert not imported_by("from framework.cli.main import main; main(['--help'])", tmp_path) & HEAVY


def test_the_public_interface_costs_nothing_until_it_is_used(tmp_path: Path) -> None:
    assert not imported_by("import framework.api", tmp_path) & HEAVY


def test_listing_all_components_imports_none_of_what_they_need(tmp_path: Path) -> None:
    code = "from framework.registry import create_registry; assert create_registry().specs()"
    assert not imported_by(code, tmp_path) & HEAVY


SERVE = """
import asyncio
from pathlib import Path
from framework.api import BotMessage, OutputChannel, UserMessage
from framework.model.loading import latest_model, load_assistant
from framework.registry import create_registry
from framework.server.service import BotService

class Printed(OutputChannel):
    name = "printed"

    async def send(self, recipient_id: str, message: BotMessage) -> None:
        print(message.text)

async def talk():
    registry = create_registry()
    assistant = load_assistant(latest_model(Path("models")), registry)
    assert assistant.pipeline.parse(["hello there"])[0]["intent"]["name"]
    service = BotService(registry)
    await service.open(assistant)
    await service.handle(UserMessage("/greet"), Printed())
    await service.close()

asyncio.run(talk())
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bot with every kind of component that the default pipeline and policies have, trained for one epoch."""
    folder = tmp_path_factory.mktemp("bot")
    write_tea_house(folder)
    config = (folder / "config.yml").read_text()
    (folder / "config.yml").write_text(
        config.replace(
            "- name: KeywordIntentClassifier",
            "- name: LexicalSyntacticFeaturizer\n- name: DIETClassifier\n  epochs: 1\n- name: FallbackClassifier",
        )
    )
    code = "import sys; from framework.cli.main import main; sys.exit(main(['train']))"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=True)
    return folder


def test_serving_imports_nothing_that_only_training_needs(trained: Path) -> None:
    assert not imported_by(SERVE, trained) & TRAINING_ONLY


def test_training_again_after_an_edited_response_imports_no_torch(trained: Path) -> None:
    domain = (trained / "domain.yml").read_text()
    (trained / "domain.yml").write_text(domain.replace("Hello!", "Good day!"))
    code = "from framework.cli.main import main; assert main(['train']) == 0"
    assert not imported_by(code, trained) & TRAINING_ONLY


def test_no_module_of_the_core_imports_torch_when_imported(tmp_path: Path) -> None:
    files = [
        path for path in (ROOT / "framework").rglob("*.py") if not {"ml", "templates", "__main__.py"} & set(path.parts)
    ]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files]
    code = f"import importlib\nfor name in {names!r}: importlib.import_module(name)"
    assert not imported_by(code, tmp_path) & TRAINING_ONLY

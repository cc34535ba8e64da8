"""The wheel that people install: core and plugins in one, usable in an environment that has nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    finished = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=600)
    assert finished.returncode == 0, f"{command} failed:\n{finished.stdout}\n{finished.stderr}"
    return finished.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source") / "checkout"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "models", "tests"))
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", out, source, cwd=source)
    return next(out.glob("*.whl"))


def test_the_wheel_contains_the_core_the_plugins_and_the_templates(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    packages = {name.split("/")[0] for name in names if name.endswith("/__init__.py") and name.count("/") == 1}
    assert packages == {"framework", *(path.name for path in (ROOT / "plugins").iterdir() if path.is_dir())}
    assert "framework/py.typed" in names
    assert any(name.startswith("framework/cli/templates/") and name.endswith("domain.yml") for name in names)
    page = ROOT / "framework" / "authoring" / "story_page"
    assert {str(path.relative_to(ROOT)) for path in page.iterdir()} <= set(names)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_wheel_installs_alone_and_makes_a_valid_bot(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    run(sys.executable, "-m", "venv", environment, cwd=tmp_path)
    python = environment / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel, cwd=tmp_path)
    framework = environment / "bin" / "framework"
    assert "train" in run(framework, "--help", cwd=tmp_path)
    run(framework, "init", "--no-prompt", "--init-dir", tmp_path / "bot", cwd=tmp_path)
    run(framework, "data", "validate", cwd=tmp_path / "bot")
    torch = subprocess.run([python, "-c", "import torch"], capture_output=True, check=False)
    assert torch.returncode != 0, "the base install is for serving, and needs no torch"

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from framework.bot.stories import Story
from framework.cli.main import main
from framework.evaluation.splitting import exclude_stories
from tests.training.tea_house import write_tea_house

STORIES = 'version: "3.1"\nstories:\n' + "".join(
    f"- story: {number} orders, then a greeting\n  steps:\n"
    + "  - intent: order\n  - action: utter_served\n" * number
    + "  - intent: greet\n  - action: utter_greet\n"
    for number in range(1, 9)
)
CONFIG = (
    "recipe: default.v1\nassistant_id: tea-house\nlanguage: en\npipeline: []\npolicies:\n- name: MemoizationPolicy\n"
)
COMPARE = ("train", "core", "-c", "configs", "--out", "compared", "--runs", "2", "--percentages", "50", "0")


@pytest.fixture(autouse=True)
def bot_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_tea_house(tmp_path)
    (tmp_path / "data" / "rules.yml").unlink()
    (tmp_path / "data" / "stories.yml").write_text(STORIES)
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "far.yml").write_text(CONFIG)
    (tmp_path / "configs" / "near.yml").write_text(CONFIG + "  max_history: 2\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def content(name: str) -> Any:
    return json.loads(Path("results", name).read_text())


def test_several_configs_are_trained_with_less_and_less_stories_and_compared(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("matplotlib")
    assert main(COMPARE) == 0
    assert "framework test core --evaluate-model-directory -m compared" in capsys.readouterr().out
    assert json.loads(Path("compared/num_stories.json").read_text()) == [4, 8]
    assert sorted(path.relative_to("compared").as_posix() for path in Path("compared").glob("*/*")) == [
        f"run_{run}/{name}__percentage__{exclusion}.tar.gz"
        for run in (1, 2)
        for name in ("far", "near")
        for exclusion in (0, 50)
    ]

    assert main(["test", "--evaluate-model-directory", "-m", "compared", "-s", "data"]) == 0
    shown = capsys.readouterr().out
    rows = [line.split()[:4] for line in shown.splitlines() if line.startswith(("far ", "near "))]
    assert rows == [
        ["far", "0", "%", "8"],
        ["near", "0", "%", "8"],
        ["far", "50", "%", "4"],
        ["near", "50", "%", "4"],
    ]
    results = content("results.json")
    assert {name: [run[0] for run in runs] for name, runs in results.items()} == {"far": [8, 8], "near": [8, 8]}
    assert all(run[1] < 8 for run in results["far"])
    assert all(run[1] == 8 for run in results["near"])
    assert len(content("figures.json")) == 8
    assert Path("results/core_model_comparison_graph.png").read_bytes().startswith(b"\x89PNG")
    assert Path("results/core_model_comparison_graph.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_seed_leaves_out_the_same_stories() -> None:
    for folder, seed in (("one", "1"), ("two", "1"), ("other", "2")):
        assert main([*COMPARE, "--out", folder, "--random-seed", seed]) == 0
        models = ["test", "core", "--evaluate-model-directory", "-m", folder, "-s", "data", "--no-plot"]
        assert main([*models, "--out", f"results/{folder}"]) == 0
    assert content("one/figures.json") == content("two/figures.json")
    assert content("one/figures.json") != content("other/figures.json")
    assert not Path("results/one/core_model_comparison_graph.png").exists()


def test_stories_are_left_out_as_a_whole_and_never_all_of_them() -> None:
    stories = [Story(name=str(number), steps=()) for number in range(10)]
    fewer = [exclude_stories(stories, percentage, seed=3) for percentage in (0, 25, 50, 75, 99)]
    assert [len(kept) for kept in fewer] == [10, 8, 5, 2, 1]
    assert all(set(less) <= set(more) for more, less in pairwise(fewer))
    assert fewer[0] == tuple(stories)
    assert exclude_stories(stories, 50, seed=4) != fewer[2]


def test_a_comparison_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("configs/near.yml").write_text(CONFIG.replace("Memoization", "Memoisation"))
    assert main(COMPARE) == 1
    assert "did you mean 'MemoizationPolicy'?" in capsys.readouterr().err
    assert not Path("compared").exists()
    Path("configs/near.yml").write_text(CONFIG)
    assert main(COMPARE) == 0
    assert main([*COMPARE[:-2], "25", "75"]) == 0
    assert main(["test", "core", "--evaluate-model-directory", "-m", "compared", "-s", "data"]) == 3
    assert "models of more than one comparison" in capsys.readouterr().err
    assert main([*COMPARE, "--finetune"]) == 2
    assert "several configs are trained from the beginning" in capsys.readouterr().err
    Path("data/stories.yml").write_text("version: '3.1'\nrules: []\n")
    assert main(COMPARE) == 1
    assert "there is nothing to train" in capsys.readouterr().err

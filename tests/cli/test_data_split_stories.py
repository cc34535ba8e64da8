from __future__ import annotations

from pathlib import Path

import pytest

from framework.bot.story_files import read_training_stories
from framework.cli.main import main

RULES = """\
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
"""


def story(name: str, *steps: str) -> str:
    return f"- story: {name}\n  steps:\n" + "".join(f"  - {step}\n" for step in steps)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data" / "more").mkdir(parents=True)
    many = "".join(story(f"story {number}", f"intent: ask_{number}", "action: utter_answer") for number in range(10))
    joined = story("opening", "intent: greet", "checkpoint: greeted") + story("going on", "checkpoint: greeted")
    told_twice = "".join(story(name, "intent: leave", "action: utter_bye") for name in ("one", "the same"))
    (tmp_path / "data" / "stories.yml").write_text(f"{RULES}stories:\n{many}")
    (tmp_path / "data" / "more" / "stories.yml").write_text(f"stories:\n{joined}{told_twice}")
    (tmp_path / "data" / "rules.yml").write_text(RULES)
    (tmp_path / "data" / "test_old.yml").write_text(f"stories:\n{story('a test', 'user: hello', 'action: x')}")
    monkeypatch.chdir(tmp_path)


def names(*patterns: str) -> list[str]:
    files = sorted(path for pattern in patterns for path in Path().glob(pattern))
    return [each.name for data in (read_training_stories(files)).values() for each in data.stories]


def split(*arguments: str) -> tuple[list[str], list[str]]:
    """The names of the stories to train with, and of those to test with."""
    assert main(["data", "split", "stories", *arguments]) == 0
    for path in Path().glob("*/**/test_stories.yml"):
        path.rename(path.with_name("tests.yml"))  # what is named test_ is not read as training data
    return names("*split/**/train_*.yml"), names("*split/**/tests.yml")


def test_stories_are_divided_and_rules_kept(capsys: pytest.CaptureFixture[str]) -> None:
    training, test = split("--random-seed", "3")
    assert sorted([*training, *test]) == sorted(names("data/**/*.yml"))
    assert 1 <= len(test) <= 3
    assert [
        data.rules[0].name for data in read_training_stories([Path("train_test_split")]).values() if data.rules
    ] == ["greet"]
    assert capsys.readouterr().out.splitlines()[-2].endswith("to train with: train_test_split/train_stories.yml")
    assert not Path("train_test_split/train_rules.yml").exists()


@pytest.mark.parametrize("seed", range(12))
def test_what_belongs_together_stays_together(seed: int) -> None:
    _, test = split("--random-seed", str(seed), "--training-fraction", "0.5")
    assert len(test) == 7
    assert ("opening" in test) == ("going on" in test)
    assert ("one" in test) == ("the same" in test)


def test_the_same_seed_splits_the_same_way() -> None:
    assert split("--random-seed", "5", "--out", "a_split")[1] == split("--random-seed", "5", "--out", "a_split")[1]


def test_single_files_can_be_named() -> None:
    training, test = split("-s", "data/stories.yml", "--training-fraction", "0.7")
    assert (len(training), len(test)) == (7, 3)


def test_stories_that_all_belong_together_are_all_trained_with(capsys: pytest.CaptureFixture[str]) -> None:
    Path("data/joined.yml").write_text("stories:\n" + story("a", "checkpoint: x") + story("b", "checkpoint: x"))
    assert main(["data", "split", "stories", "-s", "data/joined.yml"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 stories to train with: train_test_split/train_joined.yml",
        "No story can be left out: all of them belong together.",
    ]


def test_a_bot_without_stories_cannot_be_divided(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "split", "stories", "--stories", "data/rules.yml"]) == 2
    assert "there are no stories to divide in data/rules.yml" in capsys.readouterr().err

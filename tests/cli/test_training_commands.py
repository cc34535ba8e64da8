from __future__ import annotations

import sys
from pathlib import Path

import pytest

from framework.cli.main import main
from framework.model.archive import read_metadata
from tests.training.tea_house import write_tea_house


@pytest.fixture(autouse=True)
def bot_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_tea_house(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def edit(name: str, old: str, new: str) -> None:
    text = Path(name).read_text()
    assert old in text
    Path(name).write_text(text.replace(old, new))


def output_of(capsys: pytest.CaptureFixture[str], *command: str) -> list[str]:
    capsys.readouterr()
    assert main(command) == 0
    return capsys.readouterr().out.splitlines()


def test_train_says_what_was_trained_and_where_the_model_is(capsys: pytest.CaptureFixture[str]) -> None:
    lines = output_of(capsys, "train", "--fixed-model-name", "tea")
    assert lines[-2].startswith("Trained RegexFeaturizer, CountVectorsFeaturizer, ")
    assert lines[-1] == "Model: models/tea.tar.gz"
    assert output_of(capsys, "train", "--fixed-model-name", "tea") == [
        "Nothing has changed since models/tea.tar.gz was trained."
    ]
    edit("domain.yml", "Hello!", "Good day!")
    assert output_of(capsys, "train", "--fixed-model-name", "tea") == [
        "Nothing had to be trained again.",
        "Model: models/tea.tar.gz",
    ]
    edit("data/rules.yml", "greet whenever greeted", "always greet")
    assert output_of(capsys, "train", "--fixed-model-name", "tea")[0].startswith("Trained RulePolicy. Not changed: ")


def test_dry_run_trains_nothing_and_answers_by_its_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--dry-run"]) == 1
    assert "Would train RegexFeaturizer, " in capsys.readouterr().out
    assert not Path("models").exists()
    main(["train"])
    assert main(["train", "--dry-run"]) == 0
    edit("domain.yml", "Hello!", "Good day!")
    assert main(["train", "--dry-run"]) == 0
    assert main(["train", "--dry-run", "--force"]) == 8
    assert len(list(Path("models").iterdir())) == 1


@pytest.mark.parametrize("half", ["nlu", "core"])
def test_half_a_model_is_trained(half: str, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = [line for line in output_of(capsys, "train", half) if line.startswith("Model: ")]
    assert read_metadata(Path(line.removeprefix("Model: "))).training_type == half


@pytest.mark.parametrize("command", [["train"], ["train", "core"], ["train", "--dry-run"]], ids=" ".join)
def test_a_training_can_draw_the_stories(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main([*command, "--debug-plots"])
    assert "Drew 1 stories and 1 rules: story_blocks_connections.html" in capsys.readouterr().out
    assert "tea is served" in Path("story_blocks_connections.html").read_text()


def test_files_may_be_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    Path("files").mkdir()
    for name in ("config.yml", "domain.yml", "data"):
        Path(name).rename(Path("files") / name)
    command = ["train", "-c", "files/config.yml", "-d", "files/domain.yml", "--data", "files/data", "--out", "made"]
    assert output_of(capsys, *command)[-1].startswith("Model: made/")


def test_a_domain_may_be_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    Path("domain").mkdir()
    Path("domain.yml").rename("domain/all.yml")
    assert output_of(capsys, "train")[-1].startswith("Model: ")


def test_nlu_data_alone_needs_no_domain(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("domain.yml", "data/stories.yml", "data/rules.yml"):
        Path(name).unlink()
    (line,) = [line for line in output_of(capsys, "train") if line.startswith("Model: ")]
    assert line.startswith("Model: models/nlu-")


def test_stories_without_a_domain_are_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    Path("domain.yml").unlink()
    assert main(["train"]) == 1
    assert "the bot has stories or rules, and there is no domain.yml" in capsys.readouterr().err


def test_all_errors_are_shown_together_before_anything_trains(capsys: pytest.CaptureFixture[str]) -> None:
    edit("config.yml", "- name: CountVectorsFeaturizer", "- name: CountVectorFeaturizer\n- name: MitieNLP")
    edit("config.yml", "max_history: 3", "max_histroy: 3")
    edit("data/stories.yml", "action: utter_served", "action: utter_severed")
    assert main(["train"]) == 1
    shown = capsys.readouterr().err
    assert "config.yml:7:9  unknown component 'CountVectorFeaturizer'" in shown
    assert "did you mean 'CountVectorsFeaturizer'?" in shown
    assert "config.yml:8:9  component 'MitieNLP' is not available here" in shown
    assert "MemoizationPolicy has no key 'max_histroy'" in shown
    assert "did you mean 'max_history'?" in shown
    assert "did you mean 'utter_served'?" in shown
    assert not Path("models").exists()
    assert not Path(".framework").exists()


def test_defaults_that_cannot_be_had_are_noted_and_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMEWORK_DISABLE_PLUGINS", "ted")
    text = Path("config.yml").read_text()
    Path("config.yml").write_text(text.partition("policies:")[0] + "policies:\n")
    assert main(["train"]) == 0
    assert "config.yml leaves the choice to the defaults" in capsys.readouterr().err


def test_warnings_stop_a_training_only_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    edit("domain.yml", "intents: [greet, order]", "intents: [greet, order, never_used]")
    assert main(["train", "--fail-on-validation-warnings"]) == 1
    assert not Path("models").exists()
    assert main(["train"]) == 0
    assert "never_used" in capsys.readouterr().err


def test_validation_can_be_skipped() -> None:
    edit("domain.yml", "responses:", "forms:\n  tea_form:\n    required_slots: [no_such_slot]\nresponses:")
    assert main(["train"]) == 1
    assert main(["train", "--skip-validation"]) == 0


def test_validate_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "validate"]) == 0
    assert capsys.readouterr().out in ("No problems found.\n", "No errors.\n")
    assert not Path("models").exists()


def test_validate_tells_errors_and_warnings_apart_by_its_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    edit("domain.yml", "intents: [greet, order]", "intents: [greet, order, never_used]")
    assert main(["data", "validate"]) == 0
    assert main(["data", "validate", "--fail-on-warnings"]) == 1
    edit("config.yml", "KeywordIntentClassifier", "KeywordsIntentClassifier")
    capsys.readouterr()
    assert main(["data", "validate"]) == 1
    shown = capsys.readouterr().err
    assert "never_used" in shown
    assert "did you mean 'KeywordIntentClassifier'?" in shown


def test_validate_finds_rules_and_stories_that_contradict_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    edit("data/stories.yml", "- action: utter_greet", "- action: utter_served")
    for command in (["data", "validate"], ["data", "validate", "stories"], ["train"]):
        assert main(command) == 1
        assert "greet whenever greeted" in capsys.readouterr().err


def test_conflicting_stories_are_found_within_the_history_given(capsys: pytest.CaptureFixture[str]) -> None:
    Path("data/more.yml").write_text(
        "version: '3.1'\nstories:\n- story: short\n  steps:\n  - intent: order\n  - action: utter_greet\n"
    )
    assert main(["data", "validate", "stories", "--max-history", "1"]) in (0, 1)
    near = capsys.readouterr().err
    main(["data", "validate", "stories"])
    assert len(near) > len(capsys.readouterr().err)

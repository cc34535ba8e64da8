from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from framework.cli.main import main

CONFIG = """
language: en
assistant_id: kiosk
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  max_ngram: 3
- name: LogisticRegressionClassifier
- name: RegexEntityExtractor
"""
KEYWORDS = """
language: en
assistant_id: kiosk
pipeline:
- name: KeywordIntentClassifier
"""
ORDERS = ["one {} please", "I want a {}", "bring me a {}", "a {} for me", "could I have a {}", "order a {}"]
GREETINGS = ["hello", "good morning", "hi there", "good day", "hey you", "hello again", "morning"]
THANKS = ["thank you", "thanks", "thanks a lot", "many thanks", "thank you so much", "thanks again"]


def examples(texts: list[str]) -> str:
    return "".join(f"    - {text}\n" for text in texts)


NLU = f"""
nlu:
- intent: greet
  examples: |
{examples(GREETINGS)}
- intent: thank
  examples: |
{examples(THANKS)}
- intent: order
  examples: |
{examples([text.format("[tea](drink)") for text in ORDERS])}
{examples([text.format("[coffee](drink)") for text in ORDERS])}
- lookup: drink
  examples: |
    - tea
    - coffee
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kiosk")
    (folder / "data").mkdir()
    (folder / "data" / "nlu.yml").write_text(NLU)
    (folder / "config.yml").write_text(CONFIG)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["data", "split", "nlu", "--random-seed", "1"]) == 0
        assert main(["train", "nlu", "-u", "train_test_split/training_data.yml", "--fixed-model-name", "split"]) == 0
    return folder


@pytest.fixture(autouse=True)
def bot(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the bot, its data split and a model trained on the larger part, in the current folder."""
    shutil.copytree(trained, tmp_path / "bot")
    monkeypatch.chdir(tmp_path / "bot")
    monkeypatch.setattr(sys, "path", list(sys.path))


def content(name: str, folder: str = "results") -> Any:
    return json.loads((Path(folder) / name).read_text(encoding="utf-8"))


def test_a_model_is_tested_on_messages_that_were_put_aside(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "nlu", "-u", "train_test_split/test_data.yml", "--no-plot"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    lines = shown.out.splitlines()
    assert lines[0].startswith("models/split.tar.gz on 4 messages ")
    assert "linear baseline" in lines[1]
    assert lines[2].split()[:2] == ["intents", "4"]
    assert lines[-1] == "Results are in results."
    assert content("intent_report.json")["macro avg"]["support"] == 4
    assert content("intent_linear_baseline_report.json")["macro avg"]["support"] == 4
    assert content("RegexEntityExtractor_report.json")["drink"]["f1-score"] == 1.0


def test_a_test_on_what_the_model_was_trained_on_warns(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["test", "nlu", "--no-plot", "--training-data", "train_test_split/training_data.yml"]
    assert main(command) == 0
    assert "warning: the model was trained on 21 of the 25 messages" in capsys.readouterr().err


def test_what_is_not_known_is_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    shutil.move("train_test_split/test_data.yml", "test.yml")
    shutil.rmtree("train_test_split")
    assert main(["test", "nlu", "-u", "test.yml", "--no-plot"]) == 0
    shown = capsys.readouterr()
    assert "note: the model was not trained on what is in data" in shown.err
    assert shown.out.splitlines()[2].endswith("–")
    assert not Path("results/intent_linear_baseline_report.json").exists()


def test_a_model_that_has_kept_its_data_is_compared_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "nlu", "-u", "train_test_split/training_data.yml", "--persist-nlu-data"]) == 0
    shutil.move("train_test_split/test_data.yml", "test.yml")
    shutil.rmtree("train_test_split")
    capsys.readouterr()
    assert main(["test", "nlu", "-u", "test.yml", "--no-plot"]) == 0
    assert capsys.readouterr().err == ""


def test_flags_choose_the_files() -> None:
    command = ["test", "nlu", "-u", "train_test_split/test_data.yml", "--no-plot", "--out", "here"]
    assert main([*command, "--successes", "--no-errors"]) == 0
    names = {path.name for path in Path("here").iterdir()}
    assert "intent_successes.json" in names
    assert "intent_errors.json" not in names
    assert not any(name.endswith(".png") for name in names)


def test_without_matplotlib_all_but_the_pictures_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["test", "nlu", "-u", "train_test_split/test_data.yml"]) == 0
    assert "note: no pictures are drawn: matplotlib is not installed" in capsys.readouterr().err
    assert Path("results/intent_report.json").exists()


def test_every_message_is_tested_once_in_a_cross_validation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "nlu", "--cross-validation", "-f", "3", "--no-plot"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("config.yml, 3 folds, 25 messages") for line in lines)
    assert any(line.startswith("intent accuracy") and "100.0 ± 0.0 %" in line for line in lines)
    assert content("intent_report.json")["macro avg"]["support"] == 25
    figures = content("cross_validation.json")
    assert len(figures["test"]["intent F1"]["folds"]) == 3
    assert figures["training"]["intent accuracy"]["mean"] == 1.0


def test_the_same_seed_gives_the_same_figures() -> None:
    for folder in ("one", "two"):
        assert main(["test", "nlu", "--cross-validation", "-f", "2", "--no-plot", "--out", folder]) == 0
    assert content("cross_validation.json", "one") == content("cross_validation.json", "two")


def test_configs_are_compared_on_less_and_less(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    Path("configs").mkdir()
    Path("configs/linear.yml").write_text(CONFIG)
    Path("configs/words.yml").write_text(KEYWORDS)
    assert main(["test", "nlu", "-c", "configs", "-r", "2", "-p", "0", "50"]) == 0
    shown = capsys.readouterr().out
    rows = [line.split()[:4] for line in shown.splitlines() if line.startswith(("linear ", "words "))]
    assert rows == [
        ["linear", "0", "%", "21"],
        ["words", "0", "%", "21"],
        ["linear", "50", "%", "11"],
        ["words", "50", "%", "11"],
    ]
    results = content("results.json")
    assert {name: [len(run) for run in runs] for name, runs in results.items()} == {"linear": [2, 2], "words": [2, 2]}
    folder = Path("results")
    assert (folder / "nlu_model_comparison_graph.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "nlu_model_comparison_graph.pdf").read_bytes().startswith(b"%PDF")
    assert (folder / "run_2/test.yml").exists()
    assert (folder / "run_1/50%_exclusion/train.yml").exists()
    assert (folder / "run_1/50%_exclusion/words_report/intent_report.json").exists()
    assert len(content("figures.json")) == 8


def test_several_configs_can_be_cross_validated() -> None:
    Path("words.yml").write_text(KEYWORDS)
    assert main(["test", "nlu", "--cross-validation", "-f", "2", "--no-plot", "-c", "config.yml", "words.yml"]) == 0
    assert Path("results/config/intent_report.json").exists()
    assert Path("results/words/intent_report.json").exists()


def test_configs_of_one_name_cannot_be_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other").mkdir()
    shutil.copy("config.yml", "other/config.yml")
    assert main(["test", "nlu", "-c", "config.yml", "other/config.yml"]) == 2
    assert "two configs are called 'config'" in capsys.readouterr().err


def test_a_config_that_is_wrong_is_reported_before_anything_trains(capsys: pytest.CaptureFixture[str]) -> None:
    Path("config.yml").write_text(CONFIG.replace("WhitespaceTokenizer", "WhitspaceTokenizer"))
    assert main(["test", "nlu", "--cross-validation"]) == 1
    assert "did you mean 'WhitespaceTokenizer'?" in capsys.readouterr().err


def test_no_messages_are_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty.yml").write_text("nlu: []\n")
    assert main(["test", "nlu", "-u", "empty.yml"]) == 2
    assert "there are no examples in empty.yml" in capsys.readouterr().err


def test_plain_test_tests_what_the_model_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "-u", "train_test_split/test_data.yml", "--no-plot"]) == 0
    assert "models/split.tar.gz on 4 messages" in capsys.readouterr().out

from __future__ import annotations

from pathlib import Path

import pytest

from framework.bot.reader import read_nlu_data
from framework.cli.main import main

NLU = """\
nlu:
- intent: greet
  examples: |
    - hello
    - hi
    - good morning
    - hey
    - good day
- intent: faq/returns
  examples: |
    - can I send [it](item) back
    - how long can I send [it](item) back
- intent: faq/costs
  examples: |
    - what does it cost
- synonym: it
  examples: |
    - the thing
responses:
  utter_faq/returns:
  - text: Within 30 days.
  utter_faq/costs:
  - text: Nothing.
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text(NLU)
    monkeypatch.chdir(tmp_path)


def test_the_data_is_divided_and_nothing_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "split", "nlu", "--random-seed", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "6 examples to train with: train_test_split/training_data.yml",
        "2 examples to test with: train_test_split/test_data.yml",
    ]
    folder = Path("train_test_split")
    assert sorted(path.name for path in folder.iterdir()) == [
        "nlg_test_data.yml",
        "nlg_training_data.yml",
        "test_data.yml",
        "training_data.yml",
    ]
    training = read_nlu_data([folder / "training_data.yml", folder / "nlg_training_data.yml"])
    test = read_nlu_data([folder / "test_data.yml", folder / "nlg_test_data.yml"])
    whole = read_nlu_data([Path("data")])
    assert sorted(e.text for e in (*training.examples, *test.examples)) == sorted(e.text for e in whole.examples)
    assert training.synonyms == whole.synonyms
    assert set(training.responses) == {"utter_faq/returns", "utter_faq/costs"}
    assert set(test.responses) == {"utter_faq/returns"}


def test_fraction_and_folder_can_be_chosen() -> None:
    assert main(["data", "split", "nlu", "-u", "data/nlu.yml", "--training-fraction", "0.4", "--out", "parts"]) == 0
    assert sum(example.intent == "greet" for example in read_nlu_data([Path("parts/training_data.yml")]).examples) == 2


def test_a_fraction_outside_0_and_1_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "split", "nlu", "--training-fraction", "80"]) == 2
    assert "'80' is no number between 0 and 1" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "split", "nlu", "-u", "nothing"]) == 1
    assert "there is no file or folder 'nothing'" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_a_problem_of_the_environment(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taken").write_text("")
    assert main(["data", "split", "nlu", "--out", "taken"]) == 3
    assert "taken cannot be written" in capsys.readouterr().err

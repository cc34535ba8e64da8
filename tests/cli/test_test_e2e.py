from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

from framework.cli.main import main
from tests.training.tea_house import write_tea_house

CASES = """
test_cases:
- test_case: served
  steps:
  - user: hello
  - bot: Hello!
  - user: one oolong please
  - slot_was_set: [{tea: oolong}]
  - utter: utter_served
"""
WRONG = """
test_cases:
- test_case: rude
  steps:
  - user: hello
  - bot: Go away!
- test_case: never run
  steps:
  - user: hello
  - bot: Hello!
"""


@pytest.fixture(autouse=True)
def bot_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_tea_house(tmp_path)
    stories = tmp_path / "data" / "stories.yml"
    stories.write_text(stories.read_text().replace("- intent: order", "- intent: order\n    entities: [tea]"))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "e2e_test_cases.yml").write_text(CASES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert main(["train"]) == 0
    return tmp_path


def output_of(capsys: pytest.CaptureFixture[str], status: int, *flags: str) -> tuple[str, str]:
    capsys.readouterr()
    assert main(["test", "e2e", *flags]) == status
    return capsys.readouterr()


def test_conversations_that_go_right_pass_and_leave_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert output_of(capsys, 0)[0] == "1 of 1 test cases passed\n"
    assert not Path(".framework/tracker.db").exists()
    assert not Path("tests/e2e_results.yml").exists()


def test_a_failed_conversation_is_shown_as_a_diff(capsys: pytest.CaptureFixture[str]) -> None:
    Path("tests/wrong.yml").write_text(WRONG)

    out, _ = output_of(capsys, 1, "-o")

    assert out.splitlines()[:4] == [
        "tests/wrong.yml:3:14  rude",
        "    user: hello",
        "  + bot: Go away!   tests/wrong.yml:6:10",
        "  - bot: Hello!  (utter_greet)",
    ]
    assert out.splitlines()[-3:] == [
        "FAILED  tests/wrong.yml:3:14  rude",
        "2 of 3 test cases passed",
        "Results are in tests/e2e_results.yml.",
    ]
    results = yaml.safe_load(Path("tests/e2e_results.yml").read_text())
    assert [result["pass_status"] for result in results] == [True, False, True]
    assert results[1] == {
        "name": "rude",
        "pass_status": False,
        "expected_steps": [{"user": "hello"}, {"bot": "Go away!"}],
        "difference": ["  user: hello", "+ bot: Go away!", "- bot: Hello!  (utter_greet)"],
    }


def test_the_first_failure_can_end_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.yml").write_text(WRONG)

    out, _ = output_of(capsys, 1, "wrong.yml", "--fail-fast")

    assert out.splitlines()[-1] == "0 of 2 test cases passed, 1 not run"
    assert output_of(capsys, 0, "wrong.yml::never run")[0] == "1 of 1 test cases passed\n"


def test_errors_in_a_file_are_shown_with_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    Path("tests/e2e_test_cases.yml").write_text(CASES.replace("utter_served", "utter_serve"))

    _, err = output_of(capsys, 1)

    assert "tests/e2e_test_cases.yml:9:12  response 'utter_serve' is not in the domain" in err
    assert "did you mean 'utter_served'?" in err

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from framework.cli.main import main
from tests.training.tea_house import write_tea_house

STORIES = """
version: "3.1"
stories:
- story: tea
  steps:
  - {user: hello, intent: greet}
  - action: utter_greet
  - {user: "one [oolong](tea) please", intent: order}
  - action: utter_served
"""
WRONG = STORIES.replace("utter_served", "utter_sevred").replace("story: tea", "story: no tea")


@pytest.fixture(autouse=True)
def bot_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_tea_house(tmp_path)
    stories = tmp_path / "data" / "stories.yml"
    stories.write_text(stories.read_text().replace("- intent: order", "- intent: order\n    entities: [tea]"))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_stories.yml").write_text(STORIES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert main(["train", "--fixed-model-name", "tea"]) == 0
    return tmp_path


def output_of(capsys: pytest.CaptureFixture[str], status: int, *flags: str) -> tuple[str, str]:
    capsys.readouterr()
    assert main(["test", "core", *flags]) == status
    return capsys.readouterr()


def test_stories_that_go_right_are_counted_and_reported(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    out, _ = output_of(capsys, 0, "--fail-on-prediction-errors", "--e2e", "--successes")

    assert out.splitlines() == [
        "conversations  1 of 1 went as written",
        "actions        4 of 4 went as written",
        "messages       2 of 2 went as written",
        "Results are in results.",
    ]
    assert {path.name for path in Path("results").iterdir()} == {
        *("story_report.json", "failed_test_stories.yml", "successful_test_stories.yml"),
        *("stories_with_warnings.yml", "story_confusion_matrix.png"),
    }
    assert json.loads(Path("results/story_report.json").read_text())["conversation_accuracy"]["accuracy"] == 1.0


def test_a_story_that_fails_is_told_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    Path("tests/test_more.yml").write_text(WRONG)

    out, err = output_of(capsys, 0, "--no-plot", "--no-warnings", "--out", "elsewhere")

    assert "tests/test_more.yml:4:10  story 'no tea' failed\n" in out
    assert "    tests/test_more.yml:9:13 utter_sevred: the model chose utter_served (MemoizationPolicy, 1.00)" in out
    assert "conversations  1 of 2 went as written" in out
    assert "did you mean 'utter_served'" in err
    assert {path.name for path in Path("elsewhere").iterdir()} == {"story_report.json", "failed_test_stories.yml"}
    assert "# predicted: utter_served" in Path("elsewhere/failed_test_stories.yml").read_text()
    output_of(capsys, 1, "--no-plot", "--fail-on-prediction-errors")


def test_stories_come_from_the_files_that_are_named_and_no_more_than_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.yml").write_text(WRONG)

    assert "0 of 1" in output_of(capsys, 0, "--no-plot", "-s", "wrong.yml")[0]
    assert "1 of 2" in output_of(capsys, 0, "--no-plot", "-s", "tests", "wrong.yml")[0]
    assert "1 of 1" in output_of(capsys, 0, "--no-plot", "-s", "tests", "wrong.yml", "--max-stories", "1")[0]
    assert "1 of 1" in output_of(capsys, 0, "--no-plot", "-s", "data")[0]


def test_several_models_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("data/stories.yml").read_text()
    Path("data/stories.yml").write_text(text.replace("utter_served", "utter_greet"))
    assert main(["train", "core", "--fixed-model-name", "rude"]) == 0

    out, _ = output_of(capsys, 0, "-m", "models/rude.tar.gz", "models/tea.tar.gz")

    assert [line.split()[0] for line in out.splitlines()] == [
        "model",
        "models/tea.tar.gz",
        "models/rude.tar.gz",
        "Results",
    ]
    counts = {"models/rude.tar.gz": [0], "models/tea.tar.gz": [1]}
    assert json.loads(Path("results/results.json").read_text()) == counts
    output_of(capsys, 1, "-m", "models", "--evaluate-model-directory", "--fail-on-prediction-errors")


def test_a_test_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "core", "--fixed-model-name", "core"]) == 0
    assert main(["train", "nlu", "--fixed-model-name", "nlu"]) == 0

    assert "does not understand messages" in output_of(capsys, 3, "-m", "models/core.tar.gz", "--e2e")[1]
    assert "only understands" in output_of(capsys, 3, "-m", "models/nlu.tar.gz")[1]
    Path("tests/test_stories.yml").write_text("stories: [{story: a, steps: [{intnt: x}]}]")
    assert "did you mean 'intent'" in output_of(capsys, 1)[1]
    Path("tests/test_stories.yml").unlink()
    assert "there are no test stories in tests, data" in output_of(capsys, 1)[1]


class _Stories(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/stories.yml" else 404)
        self.end_headers()
        self.wfile.write(STORIES.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Stories) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_stories_can_be_fetched(capsys: pytest.CaptureFixture[str], web: str) -> None:
    assert "1 of 1" in output_of(capsys, 0, "--no-plot", "--url", f"{web}/stories.yml")[0]
    assert "no stories can be had from" in output_of(capsys, 3, "--url", f"{web}/other.yml")[1]
    assert "is no address of a web server" in output_of(capsys, 2, "--url", "file:///etc/passwd")[1]


@pytest.mark.slow
def test_the_test_stories_of_a_new_bot_go_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["init", "--no-prompt", "--init-dir", str(tmp_path / "cafe")]) == 0
    monkeypatch.chdir(tmp_path / "cafe")
    assert main(["train"]) == 0
    assert main(["test", "core", "--fail-on-prediction-errors", "--no-plot"]) == 0

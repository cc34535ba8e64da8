from __future__ import annotations

import json
from pathlib import Path

import pytest

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot, read_nlu_data
from framework.cli.main import main

FILES = {
    "nlu.md": "## intent:greet\n- hello\n- a [b](c) [overlap](d)\n",
    "more/nlu.json": '{"rasa_nlu_data": {"common_examples": [{"text": "hello [x](y)", "intent": "greet"}, {"text": "?"}]}}',
    "stories.md": "## a\n* greet\n  - utter_greet\n",
    "conversation.md": "## a\n* greet: hello\n  - utter_greet\n",
    "responses.md": "## a\n* faq/a\n  - it is so\n",
    "rules.yml": "rules: []\n",
}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in FILES.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)


def test_every_source_becomes_a_file_that_a_bot_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "convert"]) == 0
    output = capsys.readouterr()
    assert output.out.splitlines() == [
        "data/conversation.md (Markdown stories) → converted_data/test_conversation.yml: 1 story",
        "data/more/nlu.json (Rasa JSON) → converted_data/more/nlu.yml: 0 examples",
        "data/nlu.md (Markdown NLU data) → converted_data/nlu.yml: 2 examples",
        "data/responses.md (Markdown responses) → converted_data/responses.yml: 1 response",
        "data/stories.md (Markdown stories) → converted_data/stories.yml: 1 story",
    ]
    assert "'hello [x](y)' is left out: brackets in it would be read as entities" in output.err
    assert "'?' is left out: it has no intent" in output.err
    Path("config.yml").write_text("language: en\n")
    bot = read_bot(BotPaths(domain=(), data=(Path("converted_data"),)))
    assert [example.text for example in bot.nlu.examples] == ["hello", "a b overlap"]
    assert ([story.name for story in bot.stories.stories], len(bot.test_stories)) == (["a"], 1)
    assert set(bot.domain.responses) == {"utter_faq/a"}


@pytest.mark.parametrize(("part", "names"), [("nlu", {"nlu.yml", "more"}), ("nlg", {"responses.yml"})])
def test_a_part_can_be_converted_alone(part: str, names: set[str]) -> None:
    assert main(["data", "convert", part, "--out", "new"]) == 0
    assert {path.name for path in Path("new").iterdir()} == names


def test_sources_of_one_name_do_not_write_over_each_other() -> None:
    Path("data/nlu.json").write_text('{"rasa_nlu_data": {"common_examples": [{"text": "bye", "intent": "leave"}]}}')
    assert main(["data", "convert", "nlu", "--data", "data/nlu.json", "data/nlu.md"]) == 0
    texts = [[e.text for e in read_nlu_data([path]).examples] for path in sorted(Path("converted_data").iterdir())]
    assert texts == [["bye"], ["hello", "a b overlap"]]


def test_all_sources_of_a_part_can_become_one_file() -> None:
    assert main(["data", "convert", "nlu", "--data", "data/nlu.md", "data/more", "--out", "nlu.yml"]) == 0
    assert len(read_nlu_data([Path("nlu.yml")]).examples) == 2


def test_nlu_data_can_become_json() -> None:
    assert main(["data", "convert", "nlu", "-f", "json", "--data", "data/nlu.md", "--out", "nlu.json"]) == 0
    examples = json.loads(Path("nlu.json").read_text())["rasa_nlu_data"]["common_examples"]
    assert examples[0] == {"text": "hello", "intent": "greet"}
    assert examples[1]["entities"][0] == {"start": 2, "end": 3, "value": "b", "entity": "c"}
    yaml, json_data = read_nlu_data([Path("nlu.json")]), read_nlu_data([Path("data/more/nlu.json")])
    assert (len(yaml.examples), len(json_data.examples)) == (2, 2)


def test_yaml_becomes_json_too() -> None:
    Path("data/nlu.yml").write_text("nlu:\n- intent: faq/a\n  examples: |\n    - why\n")
    assert main(["data", "convert", "nlu", "-f", "json", "--data", "data/nlu.yml", "--out", "nlu.json"]) == 0
    assert [example.intent for example in read_nlu_data([Path("nlu.json")]).examples] == ["faq/a"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--out", "all.yml"], 2, "all.yml cannot hold data of several kinds: core, nlg, nlu"),
        (["core", "-f", "json"], 2, "only NLU data can be JSON"),
        (["nlu", "--out", "nlu.json"], 2, "nlu.json would hold YAML"),
        (["--data", "missing"], 1, "file 'missing' does not exist"),
        (["--data", "data/rules.yml"], 2, "there is nothing to convert in data/rules.yml"),
        (["--data", "other.txt"], 1, "other.txt is not training data in a format that is known"),
        (["nlu", "--out", "data/rules.yml"], 2, "data/rules.yml is there already"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], status: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("other.txt").write_text("hello")
    assert main(["data", "convert", *arguments]) == status
    assert message in capsys.readouterr().err
    assert not Path("converted_data").exists()

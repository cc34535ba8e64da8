"""Rasa's older JSON format of NLU data is read as the YAML that says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.bot.nlu_data import NLUData
from framework.bot.reader import read_nlu_data
from framework.errors import BotError, Location
from tests.bot.conftest import ReadBot

JSON = """\
{
  "rasa_nlu_data": {
    "common_examples": [
      {"text": " to NYC please ", "intent": "book",
       "entities": [{"start": 4, "end": 7, "value": "New York", "entity": "city", "role": "to"}]},
      {"text": "\\ud83d\\ude00", "intent": "faq", "intent_response_key": "faq/mood", "metadata": {"by": "me"}},
      {"text": "hi", "intent": "greet", "entities": [{"start": 4, "end": 9, "entity": "city"}]}
    ],
    "entity_synonyms": [{"value": "Lima", "synonyms": ["Lima", "lima"]}],
    "regex_features": [{"name": "zip", "pattern": "\\\\d{5}"}],
    "lookup_tables": [{"name": "city", "elements": ["Lima", "Rome"]}, {"name": "plate", "elements": "far/plates.txt"}]
  }
}
"""
YAML = """\
nlu:
- intent: book
  examples: |
    - to [NYC]{"entity": "city", "role": "to", "value": "New York"} please
- intent: faq/mood
  examples:
  - text: 😀
    metadata: {by: me}
- intent: greet
  examples: |
    - hi
- synonym: Lima
  examples: |
    - lima
- regex: zip
  examples: |
    - \\d{5}
- lookup: city
  examples: |
    - Lima
    - Rome
- lookup: plate
  examples: |
    - tacos
    - beef
"""


def content(nlu: NLUData):
    return (
        sorted((e.text, e.intent or "", str(sorted(e.entities, key=str)), str(e.metadata)) for e in nlu.examples),
        nlu.synonyms,
        sorted((regex.name, regex.pattern) for regex in nlu.regexes),
        sorted((table.name, table.elements) for table in nlu.lookups),
    )


def test_json_says_the_same_as_yaml(read: ReadBot) -> None:
    files = {"data/plates.txt": "tacos\n\nbeef \n"}
    yaml = read({**files, "data/nlu.yml": YAML})
    json = read({**files, "data/nlu.yml": "", "data/nlu.json": JSON, "data/other.json": '{"a": 1}'})
    assert content(json.nlu) == content(yaml.nlu)
    assert [str(problem) for problem in json.problems] == [
        "data/nlu.json:7:16  entity 'city' is left out: 4 to 9 is no part of 'hi'"
    ]


def test_what_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "nlu.json"
    file.write_text('{"rasa_nlu_data": {\n  "common_examples": [{"intent": "greet"}],\n "regex_features": 3}}')
    with pytest.raises(BotError) as raised:
        read_nlu_data([tmp_path])
    assert [(problem.what, problem.where) for problem in raised.value.problems] == [
        ("an example needs 'text'", Location(str(file), 2, 23)),
        ("regex_features must be a list, not a number", Location(str(file), 3, 20)),
    ]


def test_a_file_that_is_no_json_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "nlu.json"
    file.write_text('{"rasa_nlu_data": {\n  "common_examples" []}}')
    with pytest.raises(BotError) as raised:
        read_nlu_data([file])
    [problem] = raised.value.problems
    assert (problem.code, problem.where) == ("json-syntax", Location(str(file), 2, 21))


def test_rasas_own_example_is_the_same_in_both_formats(shared: Path) -> None:
    folder = shared / "rasa-test-data/examples/rasa"
    assert content(read_nlu_data([folder / "demo-rasa.json"])) == content(read_nlu_data([folder / "demo-rasa.yml"]))


@pytest.mark.parametrize(
    ("name", "examples"),
    [
        ("demo-rasa-zh.json", 42),
        ("lookup_tables/lookup_table.json", 1),
        ("training_data_containing_special_chars.json", 2),
        ("md_converted_to_json.json", 46),
    ],
)
def test_rasas_own_json_files_are_read(shared: Path, name: str, examples: int) -> None:
    assert len(read_nlu_data([shared / "rasa-test-data/test" / name]).examples) == examples

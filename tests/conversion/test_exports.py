"""Exports of other programs become NLU data that says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from framework.bot.reader import read_nlu_data
from framework.conversion.formats import Format
from tests.conversion.converting import content, convert, sources_of, written_and_read

LUIS = {
    "luis_schema_version": "7.0.0",
    "utterances": [
        {
            "text": "to NYC now",
            "intent": "book",
            "entities": [{"entity": "city", "role": "to", "startPos": 3, "endPos": 5, "children": []}],
        },
        {"text": "what", "intent": "None", "entities": []},
    ],
    "regex_entities": [{"name": "flight", "regexPattern": "[A-Z]{2}\\d+"}],
    "regex_features": [{"name": "zip", "pattern": "\\d{5}", "activated": True}],
    "closedLists": [{"name": "size", "subLists": [{"canonicalForm": "big", "list": ["large", "huge"]}]}],
    "phraselists": [{"name": "politeness", "words": "please, thanks", "mode": False}],
}
WIT = {
    "utterances": [
        {"text": "pizza!", "entities": [], "traits": []},
        {
            "text": "fly from Lima",
            "intent": "fly",
            "entities": [{"entity": "city:from", "start": 9, "end": 13, "body": "Lima", "entities": []}],
        },
    ]
}


def write_agent(folder: Path) -> Path:
    files = {
        "agent.json": {"language": "en"},
        "intents/Order a pizza.json": {"name": "Order a pizza"},
        "intents/Order a pizza_usersays_en.json": [
            {
                "data": [
                    {"text": " a "},
                    {"text": "huge", "meta": "@size", "alias": "wanted"},
                    {"text": " one "},
                    {"text": "now", "meta": "@sys.ignore"},
                ]
            }
        ],
        "intents/old.json": {"name": "old", "userSays": [{"data": [{"text": "as ever", "meta": "@habit"}]}]},
        "entities/size.json": {"name": "size", "isRegexp": False},
        "entities/size_entries_en.json": [
            {"value": "big", "synonyms": ["big", "huge", "@much:much"]},
            {"value": "small", "synonyms": []},
        ],
        "entities/number.json": {
            "name": "number",
            "isRegexp": True,
            "entries": [{"value": "\\d+", "synonyms": ["\\d+"]}],
        },
    }
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data))
    return folder


def test_luis(tmp_path: Path) -> None:
    file = tmp_path / "app.json"
    file.write_text(json.dumps(LUIS))
    [source] = sources_of(file)
    data, problems = convert(file)
    assert (source.format, problems) == (Format.LUIS, [])
    assert [(e.intent, e.text, [(x.entity, x.role, x.value) for x in e.entities]) for e in data.nlu.examples] == [
        ("book", "to NYC now", [("city", "to", "NYC")]),
        ("None", "what", []),
    ]
    assert content(data.nlu)[1:] == (
        {"large": "big", "huge": "big"},
        [("flight", "[A-Z]{2}\\d+"), ("zip", "\\d{5}")],
        [("size", ("big", "large", "huge")), ("politeness", ("please", "thanks"))],
    )
    assert content(written_and_read(data.nlu, tmp_path)) == content(data.nlu)


def test_wit(tmp_path: Path) -> None:
    file = tmp_path / "utterances-1.json"
    file.write_text(json.dumps(WIT))
    [source] = sources_of(file)
    data, problems = convert(file)
    assert (source.format, problems) == (Format.WIT, [])
    assert [(e.intent, e.text, [(x.entity, x.role, x.value) for x in e.entities]) for e in data.nlu.examples] == [
        ("out_of_scope", "pizza!", []),
        ("fly", "fly from Lima", [("city", "from", "Lima")]),
    ]
    assert content(written_and_read(data.nlu, tmp_path)) == content(data.nlu)


def test_dialogflow(tmp_path: Path) -> None:
    [source] = sources_of(write_agent(tmp_path / "agent"))
    data, problems = convert(tmp_path / "agent")
    assert (source.format, problems) == (Format.DIALOGFLOW, [])
    assert [(e.intent, e.text, [(x.entity, x.start, x.value) for x in e.entities]) for e in data.nlu.examples] == [
        ("Order a pizza", "a huge one now", [("wanted", 2, "huge")]),
        ("old", "as ever", [("habit", 0, "as ever")]),
    ]
    assert content(data.nlu)[1:] == ({"huge": "big"}, [("number", "\\d+")], [("size", ("big", "huge", "small"))])
    assert content(written_and_read(data.nlu, tmp_path)) == content(data.nlu)


def test_a_language_that_an_agent_does_not_speak_is_told(tmp_path: Path) -> None:
    _, problems = convert(write_agent(tmp_path / "agent"), language="fr")
    assert problems == [
        "agent/agent.json:1:1  the agent has no training phrases in 'fr' (write one of en after --language)"
    ]


def test_what_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "app.json"
    file.write_text('{"luis_schema_version": "7.0.0",\n "utterances": [{"intent": "a"}, 3]}')
    _, problems = convert(file)
    assert problems == [
        "app.json:2:34  an item of utterances must be a mapping, not a number",
        "app.json:2:17  an utterance needs 'text'",
    ]


@pytest.mark.parametrize("name", ["luis/demo-restaurants_v7.json", "wit/demo-flights.json", "dialogflow"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_rasas_own_examples_read_back_the_same(shared: Path, tmp_path: Path, name: str, language: str) -> None:
    data, problems = convert(shared / "rasa-test-data/examples" / name, language)
    assert (len(data.nlu.examples) > 4, problems) == (True, [])
    assert content(written_and_read(data.nlu, tmp_path)) == content(data.nlu)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("luis/demo-restaurants_v7.json", "luis_converted_to_rasa"), ("dialogflow", "dialogflow_en_converted_to_rasa")],
)
def test_rasas_own_examples_become_what_rasa_makes_of_them(shared: Path, name: str, expected: str) -> None:
    data, _ = convert(shared / "rasa-test-data/examples" / name)
    rasas = read_nlu_data([shared / f"rasa-test-data/test/{expected}.json"])
    assert sorted((e.intent, e.text, sorted(map(str, e.entities))) for e in data.nlu.examples) == sorted(
        (e.intent, e.text, sorted(map(str, e.entities))) for e in rasas.examples
    )
    assert data.nlu.synonyms == rasas.synonyms


def test_every_json_file_of_rasas_own_tests_reads_back_the_same(shared: Path, tmp_path: Path) -> None:
    files = [source for source in sources_of(shared / "rasa-test-data/test") if source.format is Format.RASA_JSON]
    assert len(files) == 15
    for source in files:
        data, _ = convert(source.path)
        assert content(written_and_read(data.nlu, tmp_path)) == content(data.nlu)

from __future__ import annotations

from pathlib import Path

import pytest

from framework.bot.annotations import mark_entities
from framework.bot.nlu_data import EntityAnnotation, Example, LookupTable, NLUData, RegexPattern
from framework.bot.nlu_writer import nlu_to_yaml, responses_to_yaml
from framework.bot.reader import read_nlu_data
from framework.errors import BotError, Location

SOURCE = """\
version: "3.1"
nlu:
- intent: order_status
  examples: |
    - where is my order
    - has [A-1042](order_number) been sent
    - to [NYC](city:New York), please
    - from [Lima]{"entity": "city", "role": "from", "group": "1"}
    - from [Mr. Rome][{"entity": "city"}, {"entity": "name"}]
- intent: faq/returns
  metadata:
    team: shop
  examples:
  - text: 'yes: can I # send it back?'
    metadata:
      source: mail
  - |-
    two
    lines
- synonym: New York
  examples: |
    - NYC
- regex: order_number
  examples: |
    - [A-Z]-\\d{4}
    - \\d{6}
- lookup: city
  examples: |
    - Lima
    - Quito
"""


def written(tmp_path: Path, text: str) -> NLUData:
    (tmp_path / "nlu.yml").write_text(text, encoding="utf-8")
    return read_nlu_data([tmp_path])


def test_nlu_data_is_written_as_people_write_it(tmp_path: Path) -> None:
    assert nlu_to_yaml(written(tmp_path, SOURCE)) == SOURCE


@pytest.mark.parametrize("text", ["- one", "😀 ok", "a\u2028b", "123", "", "[not](", "true", "tab\there", "'", "# no"])
def test_any_text_comes_back(tmp_path: Path, text: str) -> None:
    back = written(tmp_path, nlu_to_yaml(NLUData(examples=(Example(text=text, intent="on"),))))
    assert [(example.intent, example.text) for example in back.examples] == [("on", text)]


def test_regexes_and_lookups_of_one_name_stay_apart(tmp_path: Path) -> None:
    nlu = NLUData(
        regexes=(RegexPattern(name="a", pattern="x"), RegexPattern(name="b", pattern="y")),
        lookups=(LookupTable(name="c", elements=("1",)), LookupTable(name="c", elements=("2",))),
    )
    back = written(tmp_path, nlu_to_yaml(nlu))
    assert [(item.name, item.pattern) for item in back.regexes] == [("a", "x"), ("b", "y")]
    assert [(item.name, item.elements) for item in back.lookups] == [("c", ("1",)), ("c", ("2",))]


def test_a_value_that_the_short_notation_cannot_say_is_written_as_json() -> None:
    entity = EntityAnnotation(entity="size", start=0, end=2, value={"cm": 10})
    assert mark_entities("10 please", [entity]) == '[10]{"entity": "size", "value": {"cm": 10}} please'
    entity = EntityAnnotation(entity="size", start=0, end=2, value="ten (cm)")
    assert mark_entities("10", [entity]) == '[10]{"entity": "size", "value": "ten (cm)"}'


def test_overlapping_entities_cannot_be_written() -> None:
    entities = [EntityAnnotation(entity="e", start=start, end=start + 3, value="x") for start in (0, 2)]
    with pytest.raises(ValueError, match="overlap"):
        mark_entities("abcdef", entities)


def test_responses_come_back_with_all_their_keys(tmp_path: Path) -> None:
    text = """\
version: "3.1"
responses:
  utter_faq/returns:
  - text: Within 30 days.
    channel: slack
    condition:
    - type: slot
      name: premium
      value: true
  - text: |
      Of course.
      Send it back.
    buttons:
    - title: "1e3"
      payload: /greet
"""
    responses = written(tmp_path, text).responses
    back = written(tmp_path, responses_to_yaml(responses)).responses
    assert [[without_place(item) for item in variations] for variations in back.values()] == [
        [without_place(item) for item in variations] for variations in responses.values()
    ]


def without_place(variation):
    return {name: getattr(variation, name) for name in variation.__struct_fields__ if name != "where"}


def test_errors_in_the_files_are_raised_with_their_places(tmp_path: Path) -> None:
    with pytest.raises(BotError) as raised:
        written(tmp_path, "nlu:\n- intnt: greet\n  examples: |\n    - hi\n")
    [problem] = raised.value.problems
    assert problem.where == Location(str(tmp_path / "nlu.yml"), 2, 3)


def test_real_bots_come_back_the_same(shared: Path, tmp_path: Path) -> None:
    for folder in ("RasaHQ__carbon-bot", "Dustyposa__rasa_ch_faq"):
        nlu = read_nlu_data([shared / "bots" / folder / "data"])
        assert nlu.examples
        back = written(tmp_path, nlu_to_yaml(nlu))
        assert sorted(map(plain, back.examples), key=str) == sorted(map(plain, nlu.examples), key=str)
        assert back.synonyms == nlu.synonyms


def plain(example: Example):
    return example.intent, example.text, example.entities, example.metadata

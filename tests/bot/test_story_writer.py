from __future__ import annotations

import re

import msgspec
import pytest

from framework.bot.document import Mapping, load_text
from framework.bot.problems import Problems
from framework.bot.stories import StoryData
from framework.bot.story_reader import StoryReader
from framework.bot.story_writer import stories_to_yaml
from tests.conftest import SHARED

SOURCE = """\
version: "3.1"
stories:
- story: 'a: name'
  metadata:
    team: shop
  steps:
  - checkpoint: start
    slot_was_set:
    - vip: true
  - intent: order
    entities:
    - product
    - city: Lima
      role: to
  - slot_was_set:
    - city: Lima
    - product
    - note: null
  - or:
    - intent: affirm
    - user: yes [please](politeness)
    - slot_was_set:
      - vip: true
      - city: null
  - active_loop: order_form
  - active_loop: null
  - bot: |-
      two
      lines
  - action: utter_done
rules:
- rule: greet
  conversation_start: true
  wait_for_user_input: false
  condition:
  - active_loop: null
  - slot_was_set:
    - vip: true
  steps:
  - user: hello
    intent: greet
  - action: utter_greet
"""


def read(text: str) -> StoryData:
    problems = Problems()
    file = load_text(text, "stories.yml", problems)
    assert isinstance(file, Mapping)
    reader = StoryReader(problems)
    data = StoryData(stories=tuple(reader.stories(file.get("stories"))), rules=tuple(reader.rules(file.get("rules"))))
    assert not problems.errors()
    return data


def without_places(data: StoryData) -> str:
    return re.sub(r'"where":(null|\{[^{}]*\})', "", msgspec.json.encode(data).decode())


def test_stories_are_written_as_people_write_them() -> None:
    assert stories_to_yaml(read(SOURCE)) == SOURCE


@pytest.mark.parametrize("folder", sorted(path.name for path in (SHARED / "bots").glob("*")))
def test_the_stories_of_real_bots_come_back_the_same(folder: str) -> None:
    for path in (SHARED / "bots" / folder).rglob("*.yml"):
        text = path.read_text()
        if re.search(r"^(stories|rules):", text, re.MULTILINE) and "AlazabDev" not in folder:
            data = read(text)
            assert without_places(read(stories_to_yaml(data))) == without_places(data), path

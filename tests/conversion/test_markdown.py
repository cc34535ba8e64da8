"""The Markdown of Rasa 1.x and 2.x says the same as the YAML of today."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.bot.story_writer import stories_to_yaml
from framework.conversion.formats import Format
from tests.conversion.converting import content, convert, sources_of, written_and_read

NLU = """\
<!-- Generated
## intent:none -->
## intent: book
- to [NYC](city:New York) please   <!-- a city -->
* from [Lima]{"entity": "city", "role": "from"}
+ hello
-hi

no item
## intent:faq/price
- what does it cost?
## synonym:big
- large
## regex:zip
- [0-9]{5}
## lookup:plate
plates.txt
- pizza
## colour:red
- x
"""
STORIES = """\
# All stories

## happy path   <!-- nothing happens -->
> start{"vip": true}
* greet
  - utter_greet
* /inform{"city": "Lima", "sizes": ["a", 2]} OR affirm
    - slot{"city": "Lima", "note": null}
    - order_form
    - form{"name": "order_form"}
* form: inform{"number": 3}
    - form: order_form
    - form{"name": null}
    - slot{"requested_slot": null}
    - rewind
> done

## faq
* faq
  - respond_faq
  - respond_kindly
"""
STORIES_AS_YAML = """\
version: "3.1"
stories:
- story: happy path
  steps:
  - checkpoint: start
    slot_was_set:
    - vip: true
  - intent: greet
  - action: utter_greet
  - or:
    - intent: inform
      entities:
      - city: Lima
      - sizes:
        - a
        - 2
    - intent: affirm
  - slot_was_set:
    - city: Lima
    - note: null
  - action: order_form
  - active_loop: order_form
  - active_loop: null
  - slot_was_set:
    - requested_slot: null
  - checkpoint: done
- story: faq
  steps:
  - intent: faq
  - action: utter_faq
  - action: respond_kindly
"""
TESTS = """\
## a test
* greet: hello there: you
  - utter_greet
* inform{"city": "Lima"}: to [Lima](city), please
  - action_order
* /inform: /inform{"city": "Lima"}
  - action_order
"""
RESPONSES = """\
## ask name
* faq/ask_name
  - I am Sam
  - They call me Sam
## ask price
* faq/ask_price
  - Nothing
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "data.md"
    file.write_text(text, encoding="utf-8")
    return file


def test_nlu_data(tmp_path: Path) -> None:
    (tmp_path / "plates.txt").write_text("tacos\nbeef\n")
    data, problems = convert(write(tmp_path, NLU))
    assert [
        (e.intent, e.text, [(x.entity, x.role, x.value, x.start) for x in e.entities]) for e in data.nlu.examples
    ] == [
        ("book", "to NYC please", [("city", None, "New York", 3)]),
        ("book", "from Lima", [("city", "from", "Lima", 5)]),
        ("book", "hello", []),
        ("book", "hi", []),
        ("faq/price", "what does it cost?", []),
    ]
    assert content(data.nlu)[1:] == (
        {"NYC": "New York", "large": "big"},
        [("zip", "[0-9]{5}")],
        [("plate", ("tacos", "beef", "pizza"))],
    )
    assert problems == [
        "data.md:9:1  this line is left out, because it does not start with '-': 'no item' (write '- ' before it)",
        "data.md:19:4  the heading 'colour:red' is none of intent, synonym, regex or lookup",
    ]
    assert content(written_and_read(data.nlu, tmp_path)) == content(data.nlu)


def test_headings_of_any_depth_and_escaped_line_breaks(tmp_path: Path) -> None:
    text = "## intent:greet\n- hello\\nyou\n# intent:leave\n- bye\n# All about leaving\n- so long\n## regex:word\n- \\bno\n"
    data, problems = convert(write(tmp_path, text))
    assert problems == []
    assert [(e.intent, e.text) for e in data.nlu.examples] == [
        ("greet", "hello\nyou"),
        ("leave", "bye"),
        ("leave", "so long"),
    ]
    assert [regex.pattern for regex in data.nlu.regexes] == ["\\bno"]
    assert content(written_and_read(data.nlu, tmp_path)) == content(data.nlu)


def test_stories(tmp_path: Path) -> None:
    file = write(tmp_path, STORIES)
    data, problems = convert(file)
    assert sources_of(file)[0].format is Format.MARKDOWN_STORIES
    assert stories_to_yaml(data.stories) == STORIES_AS_YAML
    assert problems == ["data.md:15:7  event 'rewind' is left out: stories cannot tell it any more"]


def test_test_stories(tmp_path: Path) -> None:
    data, problems = convert(write(tmp_path, TESTS))
    assert problems == []
    assert stories_to_yaml(data.stories).splitlines()[2:] == [
        "- story: a test",
        "  steps:",
        "  - user: 'hello there: you'",
        "    intent: greet",
        "  - action: utter_greet",
        "  - user: to [Lima](city), please",
        "    intent: inform",
        "  - action: action_order",
        '  - user: \'/inform{"city": "Lima"}\'',
        "    intent: inform",
        "  - action: action_order",
    ]


def test_responses(tmp_path: Path) -> None:
    file = write(tmp_path, RESPONSES)
    data, problems = convert(file)
    assert (sources_of(file)[0].format, problems) == (Format.MARKDOWN_RESPONSES, [])
    assert {name: [item.text for item in items] for name, items in data.responses.items()} == {
        "utter_faq/ask_name": ["I am Sam", "They call me Sam"],
        "utter_faq/ask_price": ["Nothing"],
    }


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('  - slot{"a": }', "data.md:3:5  not valid JSON behind 'slot': Expecting value"),
        ("  utter_hi", "data.md:3:3  'utter_hi' is no step (steps start with '*', '-' or '>', stories with '##')"),
        (">> a rule", "data.md:3:4  'a rule' is no step (steps start with '*', '-' or '>', stories with '##')"),
        ("  - }x{", "data.md:3:5  '}x{' is no step (write a name, and JSON behind it if need be)"),
    ],
)
def test_a_step_that_cannot_be_read_is_told_with_its_place(tmp_path: Path, line: str, problem: str) -> None:
    _, problems = convert(write(tmp_path, f"## a\n* greet\n{line}\n"))
    assert problems == [problem]


def test_other_markdown_is_no_training_data(tmp_path: Path) -> None:
    write(tmp_path, "# Read me\n\n## Installation\n\n* first do this, then that\n- and this\n")
    _, problems = convert(tmp_path)
    assert [problem.partition("  ")[2] for problem in problems] == [
        "data.md is not training data in a format that is known; it is left out"
    ]

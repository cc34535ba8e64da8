"""End-to-end test cases are whole conversations, each on its own."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from framework.dialogue.assistant import Assistant
from framework.dialogue.turn import TurnProcessor
from framework.dialogue.understanding import DirectParser
from framework.errors import BotError, UsageError
from framework.evaluation.e2e_files import read_cases
from framework.evaluation.e2e_runner import CaseOutcome, run_case
from framework.evaluation.stubbed_actions import StubbedActions
from framework.storage.locks import InProcessLockStore
from framework.storage.memory import InMemoryTrackerStore
from tests.dialogue.talking import ActionsInProcess, assistant_of, bot_of, slot

DOMAIN = """
intents: [greet, check]
entities: [product]
actions: [action_check]
slots:
  name: {type: text, mappings: [{type: custom}]}
  product: {type: text, mappings: [{type: from_entity, entity: product}]}
  stock: {type: any, mappings: [{type: custom}]}
responses:
  utter_greet: [{text: "Hello {name}"}, {text: "Hi {name}", condition: [{type: slot, name: name, value: Ada}]}]
  utter_more: [{text: Anything else?}]
  utter_map: [{image: "https://example.com/map.png"}]
"""
RULES = """
rules:
- {rule: greet, steps: [{intent: greet}, {action: utter_greet}]}
- {rule: check, steps: [{intent: check}, {action: action_check}, {action: utter_more}, {action: utter_map}]}
"""


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    return assistant_of(bot_of(tmp_path / "bot", DOMAIN, RULES))


def write(folder: Path, text: str, name: str = "e2e_test_cases.yml") -> str:
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return str(path)


async def run(assistant: Assistant, place: str) -> list[CaseOutcome]:
    """Runs the cases of a file with an action that finds four of everything."""
    cases = read_cases(place, assistant.domain)
    real = ActionsInProcess(
        action_check=lambda tracker: {
            "events": [slot("stock", 4), slot("product", None)],
            "responses": [{"text": f"4 of {tracker.slots['product']}"}],
        }
    )
    turns = TurnProcessor(
        assistant,
        InMemoryTrackerStore(),
        InProcessLockStore(),
        DirectParser(None, assistant.domain),
        own_actions=StubbedActions({case.name: case.stubs for case in cases}, real),
    )
    return [await run_case(case, turns, case.name) for case in cases]


def diffs(outcome: CaseOutcome) -> list[str]:
    return [str(line) for turn in outcome.turns for line in turn.lines if line.kind != "same"]


async def test_actions_run_and_what_they_say_and_set_is_compared(assistant: Assistant, tmp_path: Path) -> None:
    [outcome] = await run(
        assistant,
        write(
            tmp_path,
            """
            test_cases:
            - test_case: all of it
              steps:
              - user: '/check{"product": "tent"}'
              - slot_was_set:
                - product: tent
                - stock
                - stock: 4
              - slot_was_not_set:
                - name
                - stock: 5
              - bot: 4 of tent
              - utter: utter_more
              - utter: utter_map
            """,
        ),
    )
    assert outcome.has_passed


async def test_a_turn_without_expected_messages_may_have_any(assistant: Assistant, tmp_path: Path) -> None:
    [outcome] = await run(
        assistant,
        write(tmp_path, "test_cases: [{test_case: one, steps: [{user: /check}, {slot_was_set: [stock: 4]}]}]"),
    )
    assert outcome.has_passed


async def test_differences_read_like_a_diff(assistant: Assistant, tmp_path: Path) -> None:
    [outcome] = await run(
        assistant,
        write(
            tmp_path,
            """
            test_cases:
            - test_case: all wrong
              steps:
              - user: '/check{"product": "tent"}'
              - slot_was_set: [{stock: 5}, name]
              - slot_was_not_set: [product]
              - bot: 5 of tent
              - utter: utter_more
              - bot: Bye
            """,
        ),
    )
    assert diffs(outcome) == [
        "+ slot_was_set: stock: 5",
        "- slot_was_set: stock: 4",
        "+ slot_was_set: name",
        "- name was not set",
        "+ slot_was_not_set: product",
        "- slot_was_set: product: 'tent', then None",
        "+ bot: 5 of tent",
        "- bot: 4 of tent",
        "+ bot: Bye",
        "- utter: utter_map  (image)",
    ]
    assert {line.where.line for turn in outcome.turns for line in turn.lines if line.kind == "missing"} == {6, 7, 8, 10}


async def test_fixtures_are_set_first_and_only_for_their_case(assistant: Assistant, tmp_path: Path) -> None:
    outcomes = await run(
        assistant,
        write(
            tmp_path,
            """
            fixtures:
            - ada: [{name: Ada}]
            - bob: {name: Bob}
            test_cases:
            - {test_case: a, fixtures: ada, steps: [{slot_was_set: [{name: Ada}]}, {user: /greet}, {bot: Hi Ada}]}
            - {test_case: both, fixtures: [ada, bob], steps: [{user: /greet}, {bot: Hello Bob}]}
            - {test_case: nobody, steps: [{user: /greet}, {bot: Hello None}]}
            """,
        ),
    )
    assert [diffs(outcome) for outcome in outcomes] == [[], [], []]


async def test_stubs_answer_for_actions_in_all_cases_or_in_one(assistant: Assistant, tmp_path: Path) -> None:
    outcomes = await run(
        assistant,
        write(
            tmp_path,
            """
            stub_custom_actions:
              action_check:
                events: [{event: slot, name: stock, value: 7}]
                responses: [{text: Seven.}]
              none left::action_check:
                responses: [{response: utter_more}]
            test_cases:
            - test_case: enough
              steps: [{user: /check}, {slot_was_set: [{stock: 7}]}, {bot: Seven.}, {utter: utter_more}, {utter: utter_map}]
            - test_case: none left
              steps: [{user: /check}, {slot_was_not_set: [stock]}, {utter: utter_more}, {utter: utter_more}, {utter: utter_map}]
            """,
        ),
    )
    assert [diffs(outcome) for outcome in outcomes] == [[], []]


async def test_metadata_of_a_message_goes_before_that_of_its_case(assistant: Assistant, tmp_path: Path) -> None:
    [case] = read_cases(
        write(
            tmp_path,
            """
            metadata:
            - phone: {device: phone, lang: en}
            - french: {lang: fr}
            test_cases:
            - test_case: a
              metadata: phone
              steps: [{user: /greet}, {user: /greet, metadata: french}]
            """,
        ),
        assistant.domain,
    )
    assert [step.metadata for step in case.steps] == [
        {"device": "phone", "lang": "en"},
        {"device": "phone", "lang": "fr"},
    ]


def test_a_folder_has_the_cases_of_all_its_files_and_a_name_picks_one(assistant: Assistant, tmp_path: Path) -> None:
    write(tmp_path, "fixtures: [{ada: [{name: Ada}]}]\ntest_cases: [{test_case: a, steps: [{user: hi}]}]", "a.yml")
    write(tmp_path, "test_cases: [{test_case: b, fixtures: ada, steps: [{user: hi}]}]", "b.yml")
    write(tmp_path, "stories: [{story: c, steps: [{intent: greet}]}]", "test_stories.yml")
    (tmp_path / "bot" / "data").rename(tmp_path / "elsewhere")

    assert [case.name for case in read_cases(str(tmp_path), assistant.domain)] == ["a", "b"]
    assert [case.slots for case in read_cases(f"{tmp_path}::b", assistant.domain)] == [{"name": "Ada"}]
    with pytest.raises(UsageError, match=r"there is no test case 'bb' .did you mean 'b'"):
        read_cases(f"{tmp_path}::bb", assistant.domain)
    with pytest.raises(BotError, match="there are no test cases"):
        read_cases(str(tmp_path / "elsewhere"), assistant.domain)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("test_case: []", "1:1", "no `test_cases:`"),
        ("test_cases: [{test_case: a, step: []}]", "1:29", "unknown key 'step' in a test case .did you mean 'steps'"),
        ("test_cases: [{test_case: a, steps: []}]", "1:26", "needs steps"),
        ("test_cases: [{steps: [{user: hi}]}]", "1:14", "a test case needs a name"),
        ("test_cases: [{test_case: a, steps: [{users: hi}]}]", "1:38", "unknown step 'users' .did you mean 'user'"),
        ("test_cases: [{test_case: a, steps: [{user: }]}]", "1:38", "empty 'user'"),
        ("test_cases: [{test_case: a, steps: [{utter: utter_gret}]}]", "1:45", "did you mean 'utter_greet'"),
        ("test_cases: [{test_case: a, steps: [{slot_was_set: [stok]}]}]", "1:53", "did you mean 'stock'"),
        ("test_cases: [{test_case: a, steps: [{slot_was_not_set: []}]}]", "1:38", "names no slot"),
        ("test_cases: [{test_case: a, fixtures: ada, steps: [{user: hi}]}]", "1:39", "nothing called 'ada'"),
        ("fixtures: [{ada: [{nam: Ada}]}]\ntest_cases: []", "1:20", "did you mean 'name'"),
        (
            "test_cases: &c [{test_case: a, steps: [{user: hi}]}, {test_case: a, steps: [{user: hi}]}]",
            "1:66",
            "called 'a'",
        ),
        ("stub_custom_actions: {action_chek: {}}\ntest_cases: []", "1:23", "did you mean 'action_check'"),
        ("stub_custom_actions: {b::action_check: {}}\ntest_cases: []", "1:23", "no test case 'b' in this file"),
        (
            "stub_custom_actions: {action_check: {events: [{event: slots}]}}\ntest_cases: []",
            "1:47",
            "this is no event: .*slots",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place_and_a_remedy(
    assistant: Assistant, tmp_path: Path, text: str, place: str, message: str
) -> None:
    file = write(tmp_path, text)
    with pytest.raises(BotError, match=message) as caught:
        read_cases(file, assistant.domain)
    assert str(caught.value.problems[0].where) == f"{file}:{place}"

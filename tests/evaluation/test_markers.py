"""What is recorded came out of Rasa Open Source 3.6.21 for the same markers and conversations."""

from __future__ import annotations

import asyncio
import csv
import shutil
import sys
from pathlib import Path

import pytest

from framework.bot.domain import Domain, Intent, Slot
from framework.bot.endpoints import Endpoints
from framework.cli.main import main
from framework.conversation.events import (
    ActionExecuted,
    AllSlotsReset,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from framework.errors import BotError
from framework.evaluation.marker_extraction import find_points, sessions_of
from framework.evaluation.marker_reader import read_markers
from framework.registry import create_registry
from framework.server.stores import make_stores
from framework.storage.ports import ServiceContext

RECORDED = Path(__file__).parent / "recorded_markers"
FILES = {
    "config.yml": "language: en\nassistant_id: marked\n",
    "domain.yml": """
version: "3.1"
intents: [greet, inform, bye]
slots:
  name: {type: text, mappings: [{type: custom}]}
  other: {type: text, initial_value: x, mappings: [{type: custom}]}
responses:
  utter_greet: [{text: hi}]
  utter_ok: [{text: ok}]
""",
    "data/nlu.yml": 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hi\n',
}
DOMAIN = Domain(
    intents={name: Intent(name=name) for name in ("greet", "inform", "bye")},
    slots={"name": Slot(name="name", type="text")},
    responses={"utter_greet": (), "utter_ok": ()},
)


def user(intent: str) -> Event:
    return UserUttered(text=intent, parse_data={"intent": {"name": intent}})


def action(name: str) -> Event:
    return ActionExecuted(name=name)


def named(value: str | None) -> Event:
    return SlotSet(name="name", value=value)


LISTEN, START = action("action_listen"), [action("action_session_start"), SessionStarted()]
CONVERSATIONS: dict[str, list[Event]] = {
    "A": [
        *START, LISTEN, user("greet"), action("utter_greet"), BotUttered(text="hi"), LISTEN, user("inform"),
        named("Bob"), action("utter_ok"), BotUttered(text="ok"), LISTEN, user("greet"), named(None),
        action("utter_greet"), LISTEN, *START, named("Al"), LISTEN, user("inform"), action("utter_ok"), LISTEN,
    ],
    "B": [user("greet"), action("utter_greet"), LISTEN, user("bye"), action("utter_ok"), LISTEN],
    "D": [*START, LISTEN],
}  # fmt: skip


@pytest.fixture
def bot_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bot with conversations in its tracker store, and the current folder."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    shutil.copy(RECORDED / "markers.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    asyncio.run(store_conversations())
    return tmp_path


async def store_conversations() -> None:
    store = make_stores(Endpoints(), create_registry(), ServiceContext()).tracker_store
    await store.open()
    for sender_id, events in CONVERSATIONS.items():
        await store.append(sender_id, events, expected_version=0)
    await store.close()


def points_of(tmp_path: Path, marker: str, *events: Event) -> list[int]:
    """The places of the events at which a marker holds."""
    file = tmp_path / "markers.yml"
    file.write_text(f"marker: {marker}\n")
    markers = read_markers(file, DOMAIN)
    return [point.event for session in sessions_of("A", events) for point in find_points(markers, session)]


def problems_of(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "markers.yml"
    file.write_text(text)
    with pytest.raises(BotError) as caught:
        read_markers(file, DOMAIN)
    return [str(problem).replace(f"{file}:", "") for problem in caught.value.problems]


@pytest.mark.usefixtures("bot_folder")
def test_the_files_are_those_of_the_reference(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "markers", "all", "out.csv"]) == 0

    assert capsys.readouterr().out == "35 points in 4 sessions: out.csv, stats-overall.csv, stats-per-session.csv\n"
    for name in ("out.csv", "stats-overall.csv", "stats-per-session.csv"):
        assert Path(name).read_bytes() == (RECORDED / name).read_bytes(), name


@pytest.mark.usefixtures("bot_folder")
def test_some_of_the_conversations_can_be_chosen() -> None:
    def senders(file: str) -> set[str]:
        with Path(file).open(newline="") as rows:
            return {row["sender_id"] for row in csv.DictReader(rows)}

    assert main(["evaluate", "markers", "first_n", "2", "first.csv", "--no-stats"]) == 0
    assert main(["evaluate", "markers", "sample_n", "1", "some.csv", "--no-stats", "--seed", "1"]) == 0
    assert main(["evaluate", "markers", "sample_n", "1", "same.csv", "--no-stats", "--seed", "1"]) == 0
    assert main(["evaluate", "markers", "sample_n", "9", "new/all.csv", "--stats-file-prefix", "new/by"]) == 0

    assert senders("first.csv") == {"A", "B"}
    assert senders("some.csv") == senders("same.csv")
    assert senders("new/by-per-session.csv") == {"A", "B", "D"}
    assert not Path("stats-overall.csv").exists()


@pytest.mark.usefixtures("bot_folder")
def test_no_file_is_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    Path("stats-overall.csv").write_text("dear to someone")

    assert main(["evaluate", "markers", "all", "out.csv"]) == 3

    assert "stats-overall.csv is there already" in capsys.readouterr().err
    assert not Path("out.csv").exists()


@pytest.mark.parametrize(
    ("marker", "places"),
    [
        ("{not_action: utter_greet}", [0, 1, 3, 4, 5, 6]),
        ("{not_intent: inform}", [0, 1, 2, 3, 5, 7]),
        ("{slot_was_not_set: name}", [0, 1, 2, 5, 6, 7]),
        ("{at_least_one_not: [{slot_was_set: name}, {intent: inform}]}", [0, 1, 2, 3, 5, 6, 7]),
        ("{never: [{intent: inform}]}", []),
        ("{never: [{intent: bye}]}", [0]),
        ("{and: [{never: [{intent: inform}]}, {action: utter_greet}]}", [2]),
    ],
)
def test_negations_count(tmp_path: Path, marker: str, places: list[int]) -> None:
    events = [
        *START[:1], user("greet"), action("utter_greet"), named("a"), user("inform"), named(None), user("inform"),
        action("utter_greet"),
    ]  # fmt: skip
    assert points_of(tmp_path, marker, *events) == places


def test_each_session_begins_its_sequences_anew(tmp_path: Path) -> None:
    sequence = "{seq: [{intent: greet}, {intent: inform}]}"
    assert points_of(tmp_path, sequence, *START, user("greet"), *START, user("inform")) == []
    assert points_of(tmp_path, sequence, *START, user("greet"), *START, user("greet"), user("inform")) == [6]


def test_an_event_is_one_step_of_a_sequence(tmp_path: Path) -> None:
    sequence = "{seq: [{intent: greet}, {or: [{intent: greet}, {intent: bye}]}]}"
    assert points_of(tmp_path, sequence, user("greet"), user("bye"), user("greet"), user("greet")) == [1, 3]


def test_only_slot_events_empty_a_slot(tmp_path: Path) -> None:
    assert points_of(tmp_path, "{slot_was_set: name}", named("a"), AllSlotsReset(), LISTEN) == [0, 1, 2]


def test_a_conversation_without_events_has_no_session() -> None:
    assert sessions_of("A", []) == []


def test_markers_of_all_files_in_a_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text('version: "3.1"\none: {intent: greet}\n')
    (tmp_path / "b.yml").write_text("two: {intent: bye}\n")
    assert list(read_markers(tmp_path, DOMAIN)) == ["one", "two"]


def test_unknown_names_are_reported_with_their_places(tmp_path: Path) -> None:
    assert problems_of(
        tmp_path,
        "a: {intent: gret}\nb: {not: [{action: utter_gret}]}\nc: {slot_was_set: nam}\nd: {acton: x}\n",
    ) == [
        "1:13  intent 'gret' is not in the domain (did you mean 'greet'?)",
        "2:20  action 'utter_gret' is not in the domain (did you mean 'utter_greet'?)",
        "3:19  slot 'nam' is not in the domain (did you mean 'name'?)",
        "4:5  unknown key 'acton' in a marker (did you mean 'action'?)",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: {intent: greet, action: utter_ok}", "1:20  marker 'a' has both 'intent' and 'action'"),
        ("a: {not: [{intent: greet}, {intent: bye}]}", "1:5  'not' takes one marker, not 2"),
        ("a: {and: {intent: greet}}", "1:5  'and' takes a list of markers"),
        ("a: {or: []}", "1:5  'or' takes a list of markers"),
        ("a: {intent: [greet, bye]}", "1:5  'intent' takes the name of one intent"),
        ("a: {description: nothing}", "1:1  marker 'a' says nothing"),
        ("a: greet", "1:1  marker 'a' must be a mapping, not a text"),
        ("a: &a\n  and:\n  - intent: greet\n  - *a\n", "1:4  an item of 'and' contains itself"),
        ("", "defines no marker"),
    ],
)
def test_what_is_no_marker_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (found,) = problems_of(tmp_path, text)
    assert problem in found


def test_two_markers_of_a_name_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "markers"
    folder.mkdir()
    for name in ("a.yml", "b.yml"):
        (folder / name).write_text("greeted: {intent: greet}\n")
    with pytest.raises(BotError, match=r"b\.yml:1:1  two markers are called 'greeted', the first at .*a\.yml:1:1"):
        read_markers(folder, DOMAIN)

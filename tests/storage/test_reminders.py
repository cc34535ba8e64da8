"""Where reminders wait: beside the conversations, each for one process only."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest

from framework.conversation.events import Event, ReminderScheduled, UserUttered
from framework.storage.memory import InMemoryTrackerStore
from framework.storage.memory_reminders import InMemoryReminders
from framework.storage.ports import TrackerStore, VersionConflict
from framework.storage.reminders import Reminder, Reminders
from framework.storage.sqlite import SQLiteTrackerStore
from framework.storage.sqlite_schema import SCHEMA_VERSION

VERSION_1 = """
CREATE TABLE entries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, sender_id TEXT NOT NULL, version INTEGER NOT NULL,
    width INTEGER NOT NULL, starts_session INTEGER NOT NULL, events BLOB NOT NULL
);
CREATE UNIQUE INDEX entries_by_sender ON entries (sender_id, version);
CREATE INDEX sessions_by_sender ON entries (sender_id, version) WHERE starts_session;
CREATE TRIGGER check_version BEFORE INSERT ON entries
WHEN NEW.version <> coalesce(
    (SELECT version + width FROM entries WHERE sender_id = NEW.sender_id ORDER BY version DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'version conflict'); END;
CREATE TABLE published (broker TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO entries (sender_id, version, width, starts_session, events)
VALUES ('ann', 0, 1, 0, CAST('[{"event": "user", "text": "kept", "timestamp": 1.0}]' AS BLOB));
PRAGMA user_version = 1;
"""


def scheduled(name: str = "kettle", timestamp: float = 1.0) -> ReminderScheduled:
    return ReminderScheduled(
        intent="EXTERNAL_tea",
        date_time="2026-01-01T12:00:00Z",
        name=name,
        entities={"tea": "mint"},
        timestamp=timestamp,
    )


def waiting(sender_id: str = "ann", due: float = 100.0, *, name: str = "kettle", timestamp: float = 1.0) -> Reminder:
    return Reminder(sender_id=sender_id, event=scheduled(name, timestamp), due=due)


async def schedule(reminders: Reminders, *added: Reminder, version: int = 0) -> int:
    events: list[Event] = [each.event for each in added]
    return await reminders.append(added[0].sender_id, events, added, expected_version=version)


@pytest.fixture(params=["sqlite", "memory"])
async def opened(request, tmp_path):
    store: TrackerStore = (
        SQLiteTrackerStore(tmp_path / "conversations.db") if request.param == "sqlite" else InMemoryTrackerStore()
    )
    reminders = store.reminders("servers") or InMemoryReminders(store)
    await store.open()
    yield store, reminders
    await store.close()


@pytest.fixture
def store(opened) -> TrackerStore:
    return opened[0]


@pytest.fixture
def reminders(opened) -> Reminders:
    return opened[1]


async def test_where_none_waits_none_is_due(reminders):
    assert await reminders.next_due() is None
    assert await reminders.claim(10, now=1e9, until=2e9) == []


async def test_a_reminder_and_the_events_that_schedule_it_are_stored_together(store, reminders):
    assert await schedule(reminders, waiting()) == 1
    assert (await store.load("ann")).events == [scheduled()]
    assert await reminders.next_due() == 100.0
    assert reminders.added.is_set()


async def test_on_a_conflict_neither_is_stored(store, reminders):
    with pytest.raises(VersionConflict):
        await schedule(reminders, waiting(), version=7)
    assert await store.version("ann") == 0
    assert await reminders.next_due() is None


async def test_it_is_claimed_once_it_is_due_with_all_that_it_says(reminders):
    await schedule(reminders, waiting())
    assert await reminders.claim(10, now=99.9, until=200.0) == []
    assert await reminders.claim(10, now=100.0, until=200.0) == [
        msgspec.structs.replace(waiting(), due=200.0, attempts=1)
    ]


async def test_the_earliest_are_claimed_first_and_no_more_than_wanted(reminders):
    await schedule(reminders, *(waiting(due=float(10 - number), name=f"r{number}") for number in range(5)))
    claimed = await reminders.claim(2, now=50.0, until=60.0)
    assert [each.event.name for each in claimed] == ["r4", "r3"]
    claimed = await reminders.claim(9, now=50.0, until=60.0)
    assert [each.event.name for each in claimed] == ["r2", "r1", "r0"]


async def test_a_claim_keeps_others_away_until_it_runs_out(reminders):
    await schedule(reminders, waiting())
    await reminders.claim(10, now=100.0, until=130.0)
    assert await reminders.claim(10, now=129.0, until=160.0) == []
    assert await reminders.next_due() == 130.0
    (again,) = await reminders.claim(10, now=130.0, until=160.0)
    assert again.attempts == 2


async def test_a_claim_can_be_renewed(reminders):
    await schedule(reminders, waiting())
    (claimed,) = await reminders.claim(10, now=100.0, until=130.0)
    await reminders.hold(claimed, until=170.0)
    assert await reminders.next_due() == 170.0


async def test_what_is_done_is_forgotten(reminders):
    await schedule(reminders, waiting())
    (claimed,) = await reminders.claim(10, now=100.0, until=130.0)
    await reminders.done(claimed)
    await reminders.hold(claimed, until=170.0)
    assert await reminders.next_due() is None


async def test_one_of_the_same_name_takes_its_place_in_the_same_conversation_only(reminders):
    await schedule(reminders, waiting())
    await schedule(reminders, waiting("bob"))
    (claimed, _) = await reminders.claim(10, now=100.0, until=130.0)
    await schedule(reminders, waiting(due=500.0, timestamp=2.0), version=1)
    await reminders.done(claimed)
    await reminders.hold(claimed, until=170.0)
    left = await reminders.claim(10, now=1000.0, until=2000.0)
    assert {(each.sender_id, each.event.timestamp, each.attempts) for each in left} == {
        ("bob", 1.0, 2),
        ("ann", 2.0, 1),
    }


async def test_a_conversation_that_is_deleted_takes_its_reminders_along(tmp_path):
    store = SQLiteTrackerStore(tmp_path / "c.db")
    reminders = store.reminders("servers")
    await store.open()
    await schedule(reminders, waiting())
    await schedule(reminders, waiting("bob"))
    await store.replace("bob", [UserUttered(text="hello")])
    await store.replace("ann", [])
    assert [each.sender_id for each in await reminders.claim(10, now=1e9, until=2e9)] == ["bob"]
    await store.close()


async def test_each_queue_has_its_own(tmp_path):
    store = SQLiteTrackerStore(tmp_path / "c.db")
    servers, shell = store.reminders("servers"), store.reminders("shell ann")
    await store.open()
    await schedule(shell, waiting())
    assert await servers.claim(10, now=1e9, until=2e9) == []
    assert await servers.next_due() is None
    assert len(await shell.claim(10, now=1e9, until=2e9)) == 1
    await store.close()


async def test_they_are_still_there_after_a_restart(tmp_path):
    for _ in range(2):
        store = SQLiteTrackerStore(tmp_path / "c.db")
        reminders = store.reminders("servers")
        await store.open()
        if await reminders.next_due() is None:
            await schedule(reminders, waiting())
        else:
            assert await reminders.claim(1, now=100.0, until=130.0) == [
                msgspec.structs.replace(waiting(), due=130.0, attempts=1)
            ]
        await store.close()


async def test_appends_with_and_without_reminders_share_a_transaction(tmp_path):
    store = SQLiteTrackerStore(tmp_path / "c.db")
    reminders = store.reminders("servers")
    await store.open()
    await asyncio.gather(
        *(schedule(reminders, waiting(f"s{number}")) for number in range(50)),
        *(store.append(f"t{number}", [UserUttered(text="hi")], expected_version=0) for number in range(50)),
    )
    assert len(await reminders.claim(100, now=1e9, until=2e9)) == 50
    await store.close()


async def test_the_next_one_is_found_by_the_index(tmp_path):
    store = SQLiteTrackerStore(tmp_path / "c.db")
    await store.open()
    plan = store._write_connection.execute(
        "EXPLAIN QUERY PLAN SELECT min(due) FROM reminders WHERE queue = 'servers'"
    ).fetchall()
    assert "USING COVERING INDEX reminders_by_due" in plan[0][3]
    await store.close()


CLAIMER = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from framework.storage.sqlite import SQLiteTrackerStore

    async def main():
        store = SQLiteTrackerStore(Path(sys.argv[1]))
        reminders = store.reminders("servers")
        await store.open()
        print("ready", flush=True)
        sys.stdin.readline()
        names = []
        while claimed := await reminders.claim(3, now=1e9, until=2e9):
            names += [each.event.name for each in claimed]
        print(" ".join(names))
        await store.close()

    asyncio.run(main())
    """
)


async def test_of_processes_that_race_each_reminder_goes_to_exactly_one(tmp_path):
    store = SQLiteTrackerStore(tmp_path / "c.db")
    reminders = store.reminders("servers")
    await store.open()
    names = [f"r{number}" for number in range(300)]
    await schedule(reminders, *(waiting(name=name) for name in names))
    await store.close()
    got = await asyncio.to_thread(race, tmp_path / "c.db")
    assert sorted(name for each in got for name in each) == sorted(names)


def race(path: Path) -> list[list[str]]:
    """What each of three processes claimed that began at the same moment."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=30)[0].split() for process in processes]


async def test_a_file_of_version_1_is_brought_up_to_date_and_keeps_its_conversations(tmp_path):
    path = tmp_path / "c.db"
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1)
    connection.close()
    stores = [SQLiteTrackerStore(path) for _ in range(4)]
    reminders = [store.reminders("servers") for store in stores]
    await asyncio.gather(*(store.open() for store in stores))
    assert [event.text for event in (await stores[0].load("ann")).events] == ["kept"]
    assert await schedule(reminders[1], waiting(), version=1) == 2
    assert len(await reminders[2].claim(1, now=100.0, until=130.0)) == 1
    for store in stores:
        await store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    connection.close()

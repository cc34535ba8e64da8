"""What every embedded tracker store does, and what the SQLite one does beyond it."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from framework.conversation.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from framework.errors import EnvironmentProblem
from framework.storage.memory import InMemoryTrackerStore
from framework.storage.ports import TrackerStore, VersionConflict
from framework.storage.sqlite import SQLiteTrackerStore


@pytest.fixture(params=["sqlite", "memory"])
async def store(request, tmp_path):
    made: TrackerStore = (
        SQLiteTrackerStore(tmp_path / "conversations.db") if request.param == "sqlite" else InMemoryTrackerStore()
    )
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def sqlite_store(tmp_path):
    made = SQLiteTrackerStore(tmp_path / "conversations.db")
    await made.open()
    yield made
    await made.close()


def said(text: str) -> UserUttered:
    return UserUttered(text=text, timestamp=1.0)


async def test_an_unknown_conversation_is_empty_and_at_version_0(store):
    loaded = await store.load("nobody")
    assert (loaded.events, loaded.version, await store.version("nobody")) == ([], 0, 0)


async def test_events_come_back_as_they_were_stored(store):
    events = [
        said("hello"),
        ActionExecuted(name="utter_greet", policy="RulePolicy", confidence=1.0, timestamp=2.0),
        BotUttered(
            text="Héllo 👋", data={"buttons": [{"title": "a", "payload": "/b"}]}, metadata={"k": 1}, timestamp=3
        ),
        SlotSet(name="list", value=[1, None, {"a": "b"}], timestamp=4.0),
    ]
    assert await store.append("sender/with slash", events, expected_version=0) == 4
    loaded = await store.load("sender/with slash")
    assert loaded.events == events
    assert loaded.version == 4


async def test_appends_continue_where_the_last_ended(store):
    version = await store.append("a", [said("one")], expected_version=0)
    version = await store.append("a", [said("two"), said("three")], expected_version=version)
    assert version == await store.version("a") == 3
    assert [event.text for event in (await store.load("a")).events] == ["one", "two", "three"]


async def test_an_append_of_nothing_changes_nothing(store):
    assert await store.append("a", [], expected_version=0) == 0
    assert [sender async for sender in store.sender_ids()] == []


@pytest.mark.parametrize("expected", [0, 1, 3, 100])
async def test_an_append_at_another_version_is_a_conflict_and_writes_nothing(store, expected):
    await store.append("a", [said("one"), said("two")], expected_version=0)
    with pytest.raises(VersionConflict):
        await store.append("a", [said("lost")], expected_version=expected)
    assert len((await store.load("a")).events) == await store.version("a") == 2


async def test_only_the_latest_session_is_loaded_with_its_opening_action(store):
    opening = [ActionExecuted(name="action_session_start", timestamp=5.0), SessionStarted(timestamp=6.0)]
    version = await store.append("a", [SessionStarted(timestamp=1.0), said("old")], expected_version=0)
    version = await store.append("a", [said("older"), *opening, said("new")], expected_version=version)
    await store.append("a", [said("newer")], expected_version=version)
    loaded = await store.load("a")
    assert loaded.events == [*opening, said("new"), said("newer")]
    assert loaded.version == 7
    assert len((await store.load_all("a")).events) == 7


async def test_replacing_shows_only_the_new_events_and_raises_the_version(store):
    await store.append("a", [said("one"), said("two")], expected_version=0)
    version = await store.replace("a", [said("other")])
    assert version > 2
    loaded = await store.load_all("a")
    assert ([event.text for event in loaded.events], loaded.version) == (["other"], version)
    assert await store.append("a", [said("next")], expected_version=version) == version + 1


async def test_a_writer_from_before_a_replacement_is_refused(store):
    await store.append("a", [said("one"), said("two")], expected_version=0)
    await store.replace("a", [])
    assert (await store.load("a")).events == []
    with pytest.raises(VersionConflict):
        await store.append("a", [said("late")], expected_version=2)


async def test_all_sender_ids_are_listed(store):
    for number in range(5):
        await store.append(f"sender-{number}", [said("hi")], expected_version=0)
    assert [sender async for sender in store.sender_ids()] == [f"sender-{number}" for number in range(5)]


async def test_many_writers_of_many_conversations_lose_nothing(store):
    async def talk(sender: str) -> None:
        version = 0
        for number in range(20):
            version = await store.append(sender, [said(str(number))], expected_version=version)

    await asyncio.gather(*(talk(f"s{number}") for number in range(20)))
    for number in range(20):
        events = (await store.load(f"s{number}")).events
        assert [event.text for event in events] == [str(place) for place in range(20)]


async def test_of_writers_racing_for_one_version_exactly_one_wins(store):
    tries = [store.append("a", [said(str(number))], expected_version=0) for number in range(10)]
    outcomes = await asyncio.gather(*tries, store.append("b", [said("x")], expected_version=0), return_exceptions=True)
    assert sorted(str(type(outcome).__name__) for outcome in outcomes) == ["VersionConflict"] * 9 + ["int"] * 2
    assert await store.version("a") == await store.version("b") == 1


async def test_many_workers_can_open_a_new_file_at_the_same_moment(tmp_path):
    for attempt in range(20):
        stores = [SQLiteTrackerStore(tmp_path / f"{attempt}.db") for _ in range(8)]
        await asyncio.gather(*(store.open() for store in stores))
        for store in stores:
            await store.close()


async def test_two_stores_on_one_file_see_each_other_and_never_overwrite(tmp_path):
    first, second = SQLiteTrackerStore(tmp_path / "c.db"), SQLiteTrackerStore(tmp_path / "c.db")
    await asyncio.gather(first.open(), second.open())

    async def count(store: TrackerStore) -> None:
        done = 0
        while done < 25:
            version = await store.version("shared")
            try:
                await store.append("shared", [said("tick")], expected_version=version)
                done += 1
            except VersionConflict:
                continue

    await asyncio.gather(count(first), count(second))
    assert await first.version("shared") == await second.version("shared") == 50
    await first.close()
    await second.close()


async def test_a_process_killed_right_after_an_append_has_kept_it(tmp_path):
    program = textwrap.dedent(
        """
        import asyncio, os, signal, sys
        from pathlib import Path
        from framework.conversation.events import UserUttered
        from framework.storage.sqlite import SQLiteTrackerStore

        async def main():
            store = SQLiteTrackerStore(Path(sys.argv[1]))
            store.outbox()
            await store.open()
            for number in range(10):
                await store.append(f"s{number}", [UserUttered(text="kept")], expected_version=0)
            os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(main())
        """
    )
    path = tmp_path / "c.db"
    killed = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program, str(path)], check=False)
    assert killed.returncode == -9
    store = SQLiteTrackerStore(path)
    outbox = store.outbox()
    await store.open()
    assert [sender async for sender in store.sender_ids()] == [f"s{number}" for number in range(10)]
    assert [entry.sender_id for entry in await outbox.pending(100)] == [f"s{number}" for number in range(10)]
    await store.close()


async def test_a_file_of_a_newer_release_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "c.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(EnvironmentProblem) as refused:
        await SQLiteTrackerStore(path).open()
    assert str(refused.value) == (
        f"{path} has schema version 99; this release knows 2"
        " (upgrade the framework, or move the file away to start with no conversations)"
    )


async def test_a_file_that_is_no_database_is_reported_with_its_path(tmp_path):
    path = tmp_path / "c.db"
    path.write_text("this is not a database, however long the text may be" * 100)
    with pytest.raises(EnvironmentProblem, match="file is not a database"):
        await SQLiteTrackerStore(path).open()


async def test_a_full_or_broken_database_fails_the_append_and_not_the_store(sqlite_store):
    sqlite_store._write_connection.execute("PRAGMA query_only = ON")
    with pytest.raises(EnvironmentProblem, match="readonly"):
        await sqlite_store.append("a", [said("lost")], expected_version=0)
    sqlite_store._write_connection.execute("PRAGMA query_only = OFF")
    assert await sqlite_store.append("a", [said("kept")], expected_version=0) == 1


async def test_the_cost_of_a_version_does_not_depend_on_the_length(sqlite_store):
    version = 0
    for number in range(300):
        version = await sqlite_store.append("a", [said(str(number))], expected_version=version)
    plan = sqlite_store._queries._connection.execute(
        "EXPLAIN QUERY PLAN SELECT version + width FROM entries WHERE sender_id = 'a' ORDER BY version DESC LIMIT 1"
    ).fetchall()
    assert "USING INDEX entries_by_sender" in plan[0][3]
    assert version == 300

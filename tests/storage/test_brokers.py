"""Events reach the broker at least once and in order, whatever happens in between."""

from __future__ import annotations

import asyncio
import json

import pytest

from framework.conversation.events import UserUttered
from framework.storage import forwarder as forwarder_module
from framework.storage.file_broker import FileEventBroker
from framework.storage.forwarder import BrokerForwarder
from framework.storage.memory import InMemoryTrackerStore
from framework.storage.ports import EventBroker
from framework.storage.sqlite import SQLiteTrackerStore


class RecordingBroker(EventBroker):
    """Takes events after refusing the first few times."""

    def __init__(self, refusals: int = 0):
        self.refusals = refusals
        self.taken: list[tuple[str, str]] = []

    async def publish(self, sender_id, events):
        if self.refusals:
            self.refusals -= 1
            raise ConnectionError("no broker there")
        self.taken += [(sender_id, event.text) for event in events]

    async def has(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.taken) < count:  # noqa: ASYNC110 - the broker tells nobody
                await asyncio.sleep(0.005)


@pytest.fixture(params=["sqlite", "memory"])
async def store(request, tmp_path):
    made = SQLiteTrackerStore(tmp_path / "c.db") if request.param == "sqlite" else InMemoryTrackerStore()
    made.outbox()
    await made.open()
    yield made
    await made.close()


async def test_events_reach_the_broker_in_the_order_of_the_conversation(store):
    broker = RecordingBroker()
    forwarder = BrokerForwarder(store.outbox(), broker)
    forwarder.start()
    version = 0
    for number in range(30):
        version = await store.append("a", [UserUttered(text=str(number))], expected_version=version)
    await broker.has(30)
    await forwarder.stop()
    assert broker.taken == [("a", str(number)) for number in range(30)]


async def test_an_unreachable_broker_is_tried_again_and_nothing_is_lost(store, monkeypatch):
    monkeypatch.setattr(forwarder_module, "_FIRST_DELAY_SECONDS", 0.01)
    broker = RecordingBroker(refusals=3)
    forwarder = BrokerForwarder(store.outbox(), broker)
    forwarder.start()
    await store.append("a", [UserUttered(text="one"), UserUttered(text="two")], expected_version=0)
    await broker.has(2)
    await forwarder.stop()
    assert broker.taken == [("a", "one"), ("a", "two")]


async def test_what_was_not_published_is_published_by_the_next_process(tmp_path):
    store = SQLiteTrackerStore(tmp_path / "c.db")
    store.outbox()
    await store.open()
    await store.append("a", [UserUttered(text="waits")], expected_version=0)
    await store.close()

    store = SQLiteTrackerStore(tmp_path / "c.db")
    outbox = store.outbox()
    await store.open()
    broker = RecordingBroker()
    forwarder = BrokerForwarder(outbox, broker)
    forwarder.start()
    await store.append("a", [UserUttered(text="follows")], expected_version=1)
    await broker.has(2)
    await forwarder.stop()
    await store.close()
    assert broker.taken == [("a", "waits"), ("a", "follows")]


async def test_what_was_stored_before_there_was_a_broker_is_not_published(tmp_path):
    store = SQLiteTrackerStore(tmp_path / "c.db")
    await store.open()
    await store.append("a", [UserUttered(text="before")], expected_version=0)
    await store.close()

    store = SQLiteTrackerStore(tmp_path / "c.db")
    outbox = store.outbox()
    await store.open()
    await store.append("a", [UserUttered(text="after")], expected_version=1)
    entries = await outbox.pending(10)
    await store.close()
    assert [event.text for entry in entries for event in entry.events] == ["after"]


async def test_the_file_broker_writes_one_object_a_line(tmp_path):
    broker = FileEventBroker(tmp_path / "events.log")
    await broker.publish("a", [UserUttered(text="hello\nthere", timestamp=1.0)])
    await broker.publish("b", [UserUttered(text="hi", timestamp=2.0)])
    lines = [json.loads(line) for line in (tmp_path / "events.log").read_text().splitlines()]
    assert [(line["sender_id"], line["event"], line["text"]) for line in lines] == [
        ("a", "user", "hello\nthere"),
        ("b", "user", "hi"),
    ]

"""Which stores ``endpoints.yml`` gets a bot."""

from __future__ import annotations

import pytest

from framework.bot.endpoints import Endpoint, Endpoints
from framework.errors import BotError, EnvironmentProblem, Location
from framework.registry import create_registry
from framework.server.service import BotService
from framework.server.stores import make_stores
from framework.storage.file_broker import FileEventBroker
from framework.storage.locks import InProcessLockStore
from framework.storage.memory import InMemoryTrackerStore
from framework.storage.ports import ServiceContext, TrackerStore
from framework.storage.sqlite import SQLiteTrackerStore


def tracker_store(folder, **keys) -> TrackerStore:
    endpoint = Endpoint(where=Location("endpoints.yml", 4, 1, 13), **keys)
    return make_stores(
        Endpoints(tracker_store=endpoint), create_registry(), ServiceContext(bot_folder=folder)
    ).tracker_store


def test_without_endpoints_conversations_are_kept_in_the_bots_folder(tmp_path):
    stores = make_stores(Endpoints(), create_registry(), ServiceContext(bot_folder=tmp_path))
    assert isinstance(stores.tracker_store, SQLiteTrackerStore)
    assert stores.tracker_store.path == tmp_path / ".framework" / "conversations.db"
    assert isinstance(stores.lock_store, InProcessLockStore)
    assert stores.broker is None


@pytest.mark.parametrize("name", ["sqlite", "SQLite"])
def test_the_file_can_be_chosen(tmp_path, name):
    store = tracker_store(tmp_path, type=name, options={"db": "data/talks.db"})
    assert isinstance(store, SQLiteTrackerStore)
    assert store.path == tmp_path / "data" / "talks.db"


@pytest.mark.parametrize(
    ("options", "file"),
    [
        ({"dialect": "sqlite", "db": "rasa.db"}, "rasa.db"),
        ({"dialect": "sqlite", "db": "rasa.db", "username": None, "port": 5}, "rasa.db"),
        ({}, ".framework/conversations.db"),
    ],
)
def test_sql_with_the_dialect_of_sqlite_is_the_embedded_store(tmp_path, options, file):
    store = tracker_store(tmp_path, type="SQL", options=options)
    assert isinstance(store, SQLiteTrackerStore)
    assert store.path == tmp_path / file


@pytest.mark.parametrize("keys", [{"type": "in_memory"}, {"type": "InMemoryTrackerStore"}])
def test_memory_can_be_asked_for(tmp_path, keys):
    assert isinstance(tracker_store(tmp_path, **keys), InMemoryTrackerStore)
    in_sql = tracker_store(tmp_path, type="SQL", options={"dialect": "sqlite", "db": ":memory:"})
    assert isinstance(in_sql, InMemoryTrackerStore)


def test_a_type_that_is_not_here_is_refused_with_what_is(tmp_path):
    with pytest.raises(EnvironmentProblem) as refused:
        tracker_store(tmp_path, type="couchdb", url="http://x")
    assert str(refused.value) == (
        "endpoints.yml:4:1  no installed plugin provides the tracker store 'couchdb'"
        " (installed: in_memory, sqlite; a plugin or 'module.Class' of your own can add more)"
    )


def test_wrong_keys_of_all_sections_are_reported_together(tmp_path):
    places = {"bd": Location("endpoints.yml", 5, 7)}
    endpoints = Endpoints(
        tracker_store=Endpoint(type="sqlite", options={"bd": "x"}, places=places),
        event_broker=Endpoint(type="file", options={"paht": "y"}),
    )
    with pytest.raises(BotError) as refused:
        make_stores(endpoints, create_registry(), ServiceContext(bot_folder=tmp_path))
    assert str(refused.value) == (
        "endpoints.yml:5:7  tracker_store 'sqlite' has no key 'bd' (known: db)\n"
        "event_broker 'file' has no key 'paht' (did you mean 'path'?)"
    )


def test_a_store_of_the_bots_own_is_found_by_its_dotted_name(tmp_path):
    name = "framework.storage.memory.InMemoryTrackerStore"
    assert isinstance(tracker_store(tmp_path, type=name), InMemoryTrackerStore)


def test_the_file_broker_writes_into_the_bots_folder(tmp_path):
    endpoints = Endpoints(event_broker=Endpoint(type="file"))
    broker = make_stores(endpoints, create_registry(), ServiceContext(bot_folder=tmp_path)).broker
    assert isinstance(broker, FileEventBroker)
    assert broker.path == tmp_path / "rasa_event.log"


def test_sections_that_have_no_effect_yet_are_named(tmp_path, caplog):
    endpoints = Endpoints(models=Endpoint(url="http://models.example", where=Location("endpoints.yml", 2)))
    BotService(create_registry(), endpoints, bot_folder=tmp_path)
    assert caplog.messages == ["endpoints.yml:2:1  the section 'models' of the endpoints has no effect yet"]

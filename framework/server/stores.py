"""Picks the tracker store, the lock store and the event broker that ``endpoints.yml`` names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from framework.bot.config import ComponentEntry
from framework.bot.endpoints import Endpoint, Endpoints
from framework.errors import BotError, EnvironmentProblem, FrameworkError, Problem
from framework.registry import Kind, Registry
from framework.server.services import make_service, service_entry
from framework.storage.ports import EventBroker, LockStore, ServiceContext, TrackerStore

_DEFAULT_TYPES: dict[Kind, str] = {"tracker_store": "sqlite", "lock_store": "in_memory"}
_SQL_DIALECT = "sqlite"


@dataclass(frozen=True, slots=True)
class Stores:
    """Where a bot keeps its conversations; not yet opened."""

    tracker_store: TrackerStore
    lock_store: LockStore
    broker: EventBroker | None = None


def make_stores(endpoints: Endpoints, registry: Registry, context: ServiceContext) -> Stores:
    """Makes the stores, the embedded ones where ``endpoints.yml`` names none.

    Raises:
        EnvironmentProblem: no plugin provides a type.
        BotError: a key of a section is unknown or wrong.
    """
    problems: list[Problem] = []
    made: dict[Kind, Any] = {}
    kinds: tuple[tuple[Kind, Endpoint | None], ...] = (
        ("tracker_store", endpoints.tracker_store),
        ("lock_store", endpoints.lock_store),
        ("event_broker", endpoints.event_broker),
    )
    for kind, endpoint in kinds:
        try:
            made[kind] = _make(kind, endpoint, registry, context)
        except FrameworkError as error:
            if isinstance(error, EnvironmentProblem):
                raise
            problems += error.problems
    if problems:
        raise BotError(problems)
    return Stores(made["tracker_store"], made["lock_store"], made["event_broker"])


def _make(kind: Kind, endpoint: Endpoint | None, registry: Registry, context: ServiceContext) -> Any:
    name = (endpoint.type if endpoint is not None else None) or _DEFAULT_TYPES.get(kind)
    if name is None:
        return None
    entry = service_entry(name, endpoint)
    return make_service(kind, _embedded_sql(entry) if kind == "tracker_store" else entry, registry, context)


def _embedded_sql(entry: ComponentEntry) -> ComponentEntry:
    """Reads ``type: SQL`` with SQLite's dialect as the embedded store; the keys for servers mean nothing to it."""
    if entry.name.lower() != "sql" or entry.options.get("dialect", _SQL_DIALECT) != _SQL_DIALECT:
        return entry
    file = entry.options.get("db")
    if file == ":memory:":
        return ComponentEntry(name="in_memory", where=entry.where)
    options = {"db": file} if file else {}
    return ComponentEntry(name="sqlite", options=options, where=entry.where, places=entry.places)

"""Picks the tracker store, the lock store and the event broker that ``endpoints.yml`` names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from framework.bot.config import ComponentEntry
from framework.bot.endpoints import Endpoint, Endpoints
from framework.errors import BotError, EnvironmentProblem, FrameworkError, Problem, did_you_mean
from framework.model.config import validate_options
from framework.registry import Kind, Registry
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
    entry = _entry(name, endpoint)
    entry = _embedded_sql(entry) if kind == "tracker_store" else entry
    cls = registry.load(_registered_name(kind, entry, registry), [kind], where=entry.where)
    config, problems = validate_options(f"{kind} {entry.name!r}", cls.Config, entry)
    if problems:
        raise BotError(problems)
    return cls.create(config, context)


def _entry(name: str, endpoint: Endpoint | None) -> ComponentEntry:
    if endpoint is None:
        return ComponentEntry(name=name)
    keys = {
        "url": endpoint.url,
        "params": endpoint.params or None,
        "headers": endpoint.headers or None,
        "token": endpoint.token,
        "cafile": endpoint.cafile,
    }
    options = {key: value for key, value in keys.items() if value is not None}
    return ComponentEntry(
        name=name, options={**options, **endpoint.options}, where=endpoint.where, places=endpoint.places
    )


def _embedded_sql(entry: ComponentEntry) -> ComponentEntry:
    """Reads ``type: SQL`` with SQLite's dialect as the embedded store; the keys for servers mean nothing to it."""
    if entry.name.lower() != "sql" or entry.options.get("dialect", _SQL_DIALECT) != _SQL_DIALECT:
        return entry
    file = entry.options.get("db")
    if file == ":memory:":
        return ComponentEntry(name="in_memory", where=entry.where)
    options = {"db": file} if file else {}
    return ComponentEntry(name="sqlite", options=options, where=entry.where, places=entry.places)


def _registered_name(kind: Kind, entry: ComponentEntry, registry: Registry) -> str:
    if registry.find(entry.name, [kind]) is not None:
        return entry.name
    known = [spec.name for spec in registry.specs([kind])]
    for name in known:
        if name.lower() == entry.name.lower():
            return name
    if "." in entry.name and not entry.name.startswith("rasa."):
        return entry.name
    near = did_you_mean(entry.name, known)
    installed = f"installed: {', '.join(known)}; a plugin or 'module.Class' of your own can add more"
    raise EnvironmentProblem(
        Problem(
            code="unknown-service",
            what=f"no installed plugin provides the {kind.replace('_', ' ')} {entry.name!r}",
            where=entry.where,
            fix=f"{near} {installed}" if near else installed,
        )
    )

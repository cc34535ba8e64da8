"""Makes the services that ``endpoints.yml`` names by their type."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from framework.bot.config import ComponentEntry
from framework.bot.endpoints import Endpoint
from framework.errors import BotError, EnvironmentProblem, Problem, did_you_mean
from framework.model.config import validate_options
from framework.registry import Kind, Registry
from framework.storage.ports import ServiceContext

_log = logging.getLogger(__name__)


def make_service(kind: Kind, entry: ComponentEntry, registry: Registry, context: ServiceContext) -> Any:
    """Makes a service of a plugin or of the bot's own folder; it is not opened yet.

    Raises:
        EnvironmentProblem: no plugin provides it.
        BotError: a key of its section is unknown or wrong.
    """
    cls = registry.load(_registered_name(kind, entry, registry), [kind], where=entry.where)
    config, problems = validate_options(f"{kind} {entry.name!r}", cls.Config, entry)
    if problems:
        raise BotError(problems)
    return cls.create(config, context)


def check_options(section: str, endpoint: Endpoint, known: Sequence[str]) -> None:
    """Checks the further keys of a section; one that resembles none of the known ones is left out with a warning.

    Raises:
        BotError: a key is misspelt.
    """
    problems = []
    for key in endpoint.options:
        where = endpoint.places.get(key)
        near = did_you_mean(key, known)
        if key not in known and near is not None:
            what = f"unknown key {key!r} in {section}"
            problems.append(Problem(code="invalid-endpoint", what=what, where=where, fix=near))
        elif key not in known:
            _log.warning("%s  the key %r of %r has no effect", where, key, section)
    if problems:
        raise BotError(problems)


def service_entry(name: str, endpoint: Endpoint | None) -> ComponentEntry:
    """A section of ``endpoints.yml`` as the name and the keys of a service."""
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

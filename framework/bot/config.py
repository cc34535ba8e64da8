"""``config.yml``: the pipeline, the policies, and what is said of the bot as a whole."""

from __future__ import annotations

from typing import Any

import msgspec

from framework.errors import Location


class ComponentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of ``pipeline`` or ``policies``: a name and the keys beneath it.

    ``places`` has where each key's value stands, so that a wrong value is reported at its place.
    """

    name: str
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    where: Location | None = None
    places: dict[str, Location] = msgspec.field(default_factory=dict)


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """``config.yml`` as read. ``pipeline`` and ``policies`` are None where the author left them to the defaults."""

    language: str | None = None
    recipe: str = "default.v1"
    assistant_id: str | None = None
    pipeline: tuple[ComponentEntry, ...] | None = None
    policies: tuple[ComponentEntry, ...] | None = None
    importers: tuple[ComponentEntry, ...] = ()
    where: Location | None = None

"""Takes the file positions out of a bot's objects, so that only what they say is compared."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import msgspec

from framework.errors import Location

T = TypeVar("T")


def without_places(value: T) -> T:
    """A copy in which every field that holds a :class:`Location` is None, at any depth."""
    return cast("T", _strip(value))


def _strip(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _strip_struct(value)
    if isinstance(value, tuple):
        return tuple(map(_strip, value))
    if isinstance(value, list):
        return list(map(_strip, value))
    if isinstance(value, dict):
        return {key: _strip(item) for key, item in value.items()}
    return value


def _strip_struct(value: msgspec.Struct) -> msgspec.Struct:
    changed: dict[str, Any] = {}
    for field in value.__struct_fields__:
        old = getattr(value, field)
        new = None if isinstance(old, Location) else _strip(old)
        if new is not old:
            changed[field] = new
    return msgspec.structs.replace(value, **changed) if changed else value

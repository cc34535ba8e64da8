"""The keys of a component's configuration, as a table for people."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from rich.table import Table

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

_BOUNDS = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< ", "min_length": "length ≥ ", "max_length": "length ≤ "}


def config_table(model: type[BaseModel]) -> Table:
    """A row for each key: its type, default, bounds, and what it does."""
    table = Table("key", "type", "default", "bounds", "what it does", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for name, field in model.model_fields.items():
        row = (field.alias or name, type_name(field.annotation), default_of(field), bounds_of(field))
        table.add_row(*(_plain(text) for text in (*row, field.description or "")))
    return table


def type_name(annotation: Any) -> str:
    """A type as an author would write it: ``'word' | 'char'``, ``list[str]``."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is types.NoneType:
        return "None"
    if annotation is Ellipsis:
        return "..."
    if origin is Annotated:
        return type_name(arguments[0])
    if origin is Literal:
        return " | ".join(map(repr, arguments))
    if origin in (Union, types.UnionType):
        return " | ".join(map(type_name, arguments))
    name = getattr(origin or annotation, "__name__", str(annotation))
    return f"{name}[{', '.join(map(type_name, arguments))}]" if arguments else name


def default_of(field: FieldInfo) -> str:
    """The default as Python writes it."""
    return "(required)" if field.is_required() else repr(field.get_default(call_default_factory=True))


def bounds_of(field: FieldInfo) -> str:
    """The limits of a value, those of the parts of its type included."""
    limits = [*field.metadata, *_inner_metadata(field.annotation)]
    found = [
        f"{sign}{getattr(limit, key)}"
        for limit in limits
        for key, sign in _BOUNDS.items()
        if getattr(limit, key, None) is not None
    ]
    return ", ".join(dict.fromkeys(found))


def _inner_metadata(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        for item in annotation.__metadata__:
            yield from getattr(item, "metadata", [item])
    for argument in get_args(annotation):
        yield from _inner_metadata(argument)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)

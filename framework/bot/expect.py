"""Reads nodes as what they should be, and reports those that are something else."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from framework.bot.document import Mapping, Node, Scalar, Sequence
from framework.bot.problems import Problems
from framework.errors import Location, did_you_mean


def as_mapping(node: Node | None, name: str, problems: Problems) -> Mapping | None:
    """Returns a mapping; None, with a problem unless nothing is written, for anything else."""
    if node is None or node.is_null:
        return None
    if isinstance(node, Mapping):
        return node
    problems.error("wrong-type", f"{name} must be a mapping, not {node.kind}", node.where)
    return None


def items_of(node: Node | None, name: str, problems: Problems) -> list[Node]:
    """Returns the items of a list; none, with a problem unless nothing is written, for anything else."""
    if node is None or node.is_null:
        return []
    if isinstance(node, Sequence):
        return node.items
    problems.error("wrong-type", f"{name} must be a list, not {node.kind}", node.where)
    return []


def as_text(node: Node | None, name: str, problems: Problems) -> str | None:
    """Returns a scalar as it is written; None, with a problem unless nothing is written, for anything else."""
    if node is None or node.is_null:
        return None
    if isinstance(node, Scalar):
        return node.text
    problems.error("wrong-type", f"{name} must be a text, not {node.kind}", node.where)
    return None


def as_flag(node: Node | None, name: str, problems: Problems, *, default: bool) -> bool:
    """Returns a boolean, also from the texts ``"true"`` and ``"false"``."""
    if node is None or node.is_null:
        return default
    value = node.data()
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if isinstance(value, bool):
        return value
    problems.error("wrong-type", f"{name} must be true or false, not {node.kind}", node.where)
    return default


def as_number(node: Node | None, name: str, problems: Problems, *, default: float) -> float:
    """Returns a number."""
    if node is None or node.is_null:
        return default
    value = node.data()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    problems.error("wrong-type", f"{name} must be a number, not {node.kind}", node.where)
    return default


def texts_of(node: Node | None, name: str, problems: Problems) -> tuple[str, ...]:
    """Returns the texts of a list; a single text counts as a list of one."""
    if isinstance(node, Scalar) and not node.is_null:
        return (node.text,)
    found = (as_text(item, f"an item of {name}", problems) for item in items_of(node, name, problems))
    return tuple(text for text in found if text is not None)


def entries_of(owner: Mapping, key: str, problems: Problems) -> list[Mapping]:
    """Returns the mappings in a list, which is the value of a key; anything else in it is a problem."""
    found = (as_mapping(item, f"an item of {key}", problems) for item in items_of(owner.get(key), key, problems))
    return [entry for entry in found if entry is not None]


def required_text(entry: Mapping, key: str, name: str, problems: Problems) -> str | None:
    """Returns the text of a key that must be there; None, with a problem, where it is not."""
    text = as_text(entry.get(key), key, problems)
    if text is None:
        problems.error("missing-key", f"{name} needs {key!r}", entry.where)
    return text


def named_items(node: Node | None, name: str, problems: Problems) -> Iterator[tuple[str, Mapping | None, Location]]:
    """The items of a list whose items are a name, or a name with keys beneath it.

    Both ``- greet`` and ``- greet: {use_entities: []}`` are yielded as name, keys and place.
    """
    for item in items_of(node, name, problems):
        if isinstance(item, Scalar):
            yield item.text, None, item.where
        elif isinstance(item, Mapping) and len(item.entries) == 1:
            [(key, value)] = item.entries.items()
            yield key, as_mapping(value, f"{name}: {key!r}", problems), item.where_key(key)
        else:
            problems.error(
                "wrong-type",
                f"an item of {name} must be a name, or one name with keys beneath it",
                item.where,
                "indent the keys under the name by two more spaces" if isinstance(item, Mapping) else None,
            )


def check_keys(mapping: Mapping, known: Collection[str], name: str, problems: Problems) -> None:
    """Reports keys that mean nothing here."""
    for key in mapping.entries:
        if key not in known:
            problems.error(
                "unknown-key",
                f"unknown key {key!r} in {name}",
                mapping.where_key(key),
                did_you_mean(key, known) or "known: " + ", ".join(sorted(known)),
            )

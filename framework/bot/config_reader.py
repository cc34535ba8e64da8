"""Reads ``config.yml``."""

from __future__ import annotations

from collections.abc import Iterator

from framework.bot.config import ComponentEntry, Config
from framework.bot.document import Mapping, Node, Scalar, Sequence
from framework.bot.expect import as_mapping, as_text, items_of
from framework.bot.file_kinds import CONFIG_KEYS, KNOWN_KEYS, check_top_level_keys
from framework.bot.problems import Problems
from framework.errors import Location


def read_config(file: Mapping, problems: Problems) -> Config:
    """Reads the keys of a config file."""
    check_top_level_keys(file, "the config", CONFIG_KEYS | KNOWN_KEYS, problems)
    importers = _entries(file, "importers", problems) or ()
    return Config(
        language=as_text(file.get("language"), "language", problems),
        recipe=_recipe(file, problems),
        assistant_id=as_text(file.get("assistant_id"), "assistant_id", problems),
        pipeline=_entries(file, "pipeline", problems),
        policies=_entries(file, "policies", problems),
        importers=importers,
        where=file.where,
    )


def places_of(mapping: Mapping) -> dict[str, Location]:
    """Where each value stands, by its key; values inside values by a dotted path (``features.0.1``)."""
    return dict(_places(mapping, ""))


def _places(node: Node, prefix: str) -> Iterator[tuple[str, Location]]:
    if isinstance(node, Mapping):
        children = list(node.entries.items())
    elif isinstance(node, Sequence):
        children = [(str(index), item) for index, item in enumerate(node)]
    else:
        return
    for key, value in children:
        yield prefix + key, value.where
        yield from _places(value, f"{prefix}{key}.")


def _recipe(file: Mapping, problems: Problems) -> str:
    recipe = as_text(file.get("recipe"), "recipe", problems) or "default.v1"
    if recipe != "default.v1":
        problems.error(
            "invalid-config",
            f"recipe {recipe!r} is not supported",
            file.entries["recipe"].where,
            "write `recipe: default.v1`, with `pipeline:` and `policies:`",
        )
    return recipe


def _entries(file: Mapping, key: str, problems: Problems) -> tuple[ComponentEntry, ...] | None:
    node = file.get(key)
    if node is None:
        return None
    if isinstance(node, Scalar):
        problems.error(
            "invalid-config",
            f"{key} must be a list of components, not the name of a template",
            node.where,
            f"list them (`- name: ...`), or leave {key!r} out to get the defaults",
        )
        return None
    found = (_entry(item, key, problems) for item in items_of(node, key, problems))
    return tuple(entry for entry in found if entry is not None)


def _entry(node: Node, key: str, problems: Problems) -> ComponentEntry | None:
    if isinstance(node, Scalar):
        return ComponentEntry(name=node.text, where=node.where)
    entry = as_mapping(node, f"an item of {key}", problems)
    if entry is None:
        return None
    name = as_text(entry.get("name"), "name", problems)
    if name is None:
        problems.error("missing-key", f"an item of {key} needs a name", entry.where, "add `name:`")
        return None
    options = {option: value.data() for option, value in entry.entries.items() if option != "name"}
    return ComponentEntry(name=name, options=options, where=entry.entries["name"].where, places=places_of(entry))

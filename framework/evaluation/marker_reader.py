"""Reads the files that define markers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from framework.bot.document import Mapping, Node, Scalar, Sequence
from framework.bot.domain import Domain
from framework.bot.files import Files
from framework.bot.problems import Problems
from framework.errors import BotError, Location, one_of
from framework.evaluation.markers import (
    ActionRan,
    AllOf,
    AnyOf,
    AtLeastOnce,
    InOrder,
    IntentHeard,
    Marker,
    Never,
    Not,
    SlotFilled,
)

DESCRIPTION = "description"
_VERSION = "version"

_ABOUT: dict[str, tuple[str, Callable[[str], Marker]]] = {
    "action": ("action", ActionRan),
    "not_action": ("action", lambda name: Not(ActionRan(name))),
    "intent": ("intent", IntentHeard),
    "not_intent": ("intent", lambda name: Not(IntentHeard(name))),
    "slot_was_set": ("slot", SlotFilled),
    "slot_was_not_set": ("slot", lambda name: Not(SlotFilled(name))),
}
"""The conditions: the sort of name each takes, and what it makes of one."""

_OF_SEVERAL: dict[str, Callable[[tuple[Marker, ...]], Marker]] = {
    "and": AllOf,
    "or": AnyOf,
    "seq": InOrder,
    "at_least_one_not": lambda markers: Not(AllOf(markers)),
}
_OF_ONE: dict[str, Callable[[Marker], Marker]] = {"not": Not, "at_least_once": AtLeastOnce, "never": Never}

TAGS = (*_ABOUT, *_OF_SEVERAL, *_OF_ONE)
"""The keys of which a marker has one."""


def read_markers(path: Path, domain: Domain) -> dict[str, Marker]:
    """The markers of a file, or of all files in a folder, by name.

    Raises:
        BotError: the files have errors, name what the domain does not have, or define no marker.
    """
    problems = Problems()
    reader = _MarkerReader(domain, problems)
    for _, file in Files(problems).load_all([path]):
        reader.read(file)
    if not reader.markers and not problems.errors():
        problems.error("invalid-marker", f"{path} defines no marker", fix="--config says where they are")
    if problems.errors():
        raise BotError(problems.errors())
    return reader.markers


class _MarkerReader:
    """Reads one file after another into ``markers``."""

    def __init__(self, domain: Domain, problems: Problems) -> None:
        self.markers: dict[str, Marker] = {}
        self._known: dict[str, Iterable[str]] = {
            "action": domain.action_names,
            "intent": domain.intents,
            "slot": domain.slots,
        }
        self._problems = problems
        self._places: dict[str, Location] = {}

    def read(self, file: Mapping) -> None:
        for name, node in file.entries.items():
            if name == _VERSION and isinstance(node, Scalar):
                continue
            where = file.where_key(name)
            if name in self._places:
                what = f"two markers are called {name!r}, the first at {self._places[name]}"
                self._problems.error("invalid-marker", what, where, "rename one")
            self._places.setdefault(name, where)
            marker = self._marker(node, f"marker {name!r}", where)
            if marker is not None:
                self.markers.setdefault(name, marker)

    def _marker(self, node: Node, name: str, where: Location) -> Marker | None:
        """What a node stands for; None, with a problem, where it is no marker."""
        if isinstance(node, Scalar) and not isinstance(node.raw, yaml.ScalarNode):
            self._error(f"{name} contains itself", node.where, "take the alias out")
            return None
        if not isinstance(node, Mapping):
            self._error(f"{name} must be a mapping, not {node.kind}", where, f"give it one of {', '.join(TAGS)}")
            return None
        tags = [key for key in node.entries if key != DESCRIPTION]
        for tag in tags:
            if tag not in TAGS:
                fix = one_of(tag, TAGS)
                self._problems.error("unknown-key", f"unknown key {tag!r} in a marker", node.where_key(tag), fix)
                return None
        if not tags:
            self._error(f"{name} says nothing", where, f"give it one of {', '.join(TAGS)}")
            return None
        if len(tags) > 1:
            self._error(f"{name} has both {tags[0]!r} and {tags[1]!r}", node.where_key(tags[1]), "join them with `and`")
            return None
        return self._tagged(tags[0], node.entries[tags[0]], node.where_key(tags[0]))

    def _tagged(self, tag: str, value: Node, where: Location) -> Marker | None:
        if tag in _ABOUT:
            return self._condition(tag, value, where)
        if not isinstance(value, Sequence) or not value.items:
            self._error(f"{tag!r} takes a list of markers", where, "begin each with a dash")
            return None
        inner = [self._marker(item, f"an item of {tag!r}", item.where) for item in value]
        found = tuple(marker for marker in inner if marker is not None)
        if tag in _OF_ONE and len(inner) > 1:
            self._error(f"{tag!r} takes one marker, not {len(inner)}", where, "put them under `and`, or under `or`")
            return None
        if len(found) < len(inner):
            return None
        return _OF_ONE[tag](found[0]) if tag in _OF_ONE else _OF_SEVERAL[tag](found)

    def _condition(self, tag: str, value: Node, where: Location) -> Marker | None:
        sort, make = _ABOUT[tag]
        if not isinstance(value, Scalar) or value.is_null:
            self._error(f"{tag!r} takes the name of one {sort}", where, "name several with `or`")
            return None
        known = self._known[sort]
        if value.text not in known:
            what = f"{sort} {value.text!r} is not in the domain"
            self._problems.error(f"unknown-{sort}", what, value.where, one_of(value.text, known))
            return None
        return make(value.text)

    def _error(self, what: str, where: Location, fix: str) -> None:
        self._problems.error("invalid-marker", what, where, fix)

"""Reads ``intents:`` and which entities each of them uses."""

from __future__ import annotations

import msgspec

from framework.bot.document import Mapping, Node
from framework.bot.domain import Entity, Intent
from framework.bot.expect import as_mapping, check_keys, named_items, texts_of
from framework.bot.languages import read_label
from framework.bot.problems import Problems
from framework.errors import Location, one_of

_KEYS = ("use_entities", "ignore_entities", "is_retrieval_intent", "label", "response_labels")


class _Declared(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    use: tuple[str, ...] | None
    ignore: tuple[str, ...]
    label: dict[str, str] = msgspec.field(default_factory=dict)
    response_labels: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    where: Location


class IntentReader:
    """Reads the intents of any number of files; their entities are looked up when all files are read."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._declared: dict[str, _Declared] = {}

    def read(self, node: Node | None) -> None:
        """Reads the value of one ``intents:`` key."""
        in_this_file: set[str] = set()
        for name, keys, where in named_items(node, "intents", self._problems):
            self._report_duplicate(name, where, in_this_file)
            in_this_file.add(name)
            self._declared[name] = self._read(name, keys, where)

    def result(self, entities: dict[str, Entity]) -> dict[str, Intent]:
        """The intents, in the order of the files."""
        return {name: self._resolve(declared, entities) for name, declared in self._declared.items()}

    def _report_duplicate(self, name: str, where: Location, in_this_file: set[str]) -> None:
        if name in in_this_file:
            self._problems.error("duplicate-name", f"intent {name!r} is listed twice", where, "remove one")
        elif name in self._declared:
            first = self._declared[name].where
            self._problems.warning(
                "duplicate-name",
                f"intent {name!r} is defined twice, first at {first.file}:{first.line}; the last one holds",
                where,
                "remove one",
            )

    def _read(self, name: str, keys: Mapping | None, where: Location) -> _Declared:
        if keys is None:
            return _Declared(name=name, use=None, ignore=(), where=where)
        if "triggers" in keys.entries:
            self._problems.error(
                "invalid-domain",
                f"intent {name!r} has 'triggers', which no policy reads any more",
                keys.where_key("triggers"),
                "write a rule: the intent, then the action",
            )
        check_keys(keys, (*_KEYS, "triggers"), f"intent {name!r}", self._problems)
        use, ignore = keys.get("use_entities"), keys.get("ignore_entities")
        return _Declared(
            name=name,
            use=self._names(use),
            ignore=self._names(ignore) or (),
            label=read_label(keys.get("label"), f"the label of intent {name!r}", self._problems),
            response_labels=self._response_labels(name, keys.get("response_labels")),
            where=where,
        )

    def _response_labels(self, intent: str, node: Node | None) -> dict[str, dict[str, str]]:
        entry = as_mapping(node, f"response_labels of intent {intent!r}", self._problems)
        if entry is None:
            return {}
        return {
            key: read_label(value, f"the label of '{intent}/{key}'", self._problems)
            for key, value in entry.entries.items()
        }

    def _names(self, node: Node | None) -> tuple[str, ...] | None:
        """The entities of a list; True means all of them (None), False and an empty list none."""
        if node is None or node.data() is True:
            return None
        if node.data() is False:
            return ()
        return texts_of(node, "a list of entities", self._problems)

    def _resolve(self, declared: _Declared, entities: dict[str, Entity]) -> Intent:
        for name in (*(declared.use or ()), *declared.ignore):
            if name.partition("#")[0] not in entities:
                self._problems.warning(
                    "invalid-domain",
                    f"intent {declared.name!r} names the entity {name!r}, which the domain does not have",
                    declared.where,
                    one_of(name, entities),
                )
        both = set(declared.use or ()) & set(declared.ignore)
        if both:
            self._problems.warning(
                "invalid-domain",
                f"intent {declared.name!r} both uses and ignores {min(both)!r}; it is ignored",
                declared.where,
                "remove it from one of the two lists",
            )
        used = declared.use
        if used is None and declared.ignore:
            used = tuple(name for name, entity in entities.items() if entity.influence_conversation)
        if used is not None:
            used = tuple(name for name in used if name not in declared.ignore)
        return Intent(
            name=declared.name,
            used_entities=used,
            label=declared.label,
            response_labels=declared.response_labels,
            where=declared.where,
        )

"""Reads and merges the files of a domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from framework.bot.document import Mapping, Node
from framework.bot.domain import (
    DEFAULT_INTENTS,
    REQUESTED_SLOT,
    SESSION_METADATA_SLOT,
    Action,
    Domain,
    Entity,
    Form,
    Intent,
    SessionConfig,
    Slot,
)
from framework.bot.expect import as_flag, as_mapping, as_number, check_keys, named_items, texts_of
from framework.bot.file_kinds import KNOWN_KEYS, check_top_level_keys
from framework.bot.form_reader import FormReader
from framework.bot.intents import IntentReader
from framework.bot.older_slots import note_understanding, with_custom_mapping, with_entity_mapping, with_form_mappings
from framework.bot.problems import Problems
from framework.bot.responses import Responses, read_responses
from framework.bot.slot_reader import read_slot
from framework.errors import Location

KNOWLEDGE_BASE_ACTION = "action_query_knowledge_base"
KNOWLEDGE_BASE_SLOTS = (
    "knowledge_base_listed_objects",
    "knowledge_base_last_object",
    "knowledge_base_last_object_type",
)

Item = TypeVar("Item", Entity, Action, Form, Slot)


class DomainReader:
    """Merges any number of domain files: tables are joined, and of the same name the later definition holds."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._intents = IntentReader(problems)
        self._forms = FormReader(problems)
        self._tables: dict[type, dict[str, msgspec.Struct]] = {Entity: {}, Action: {}, Form: {}, Slot: {}}
        self._responses: Responses = {}
        self._response_places: dict[str, Location] = {}
        self._e2e_actions: dict[str, None] = {}
        self._session = SessionConfig()
        self._unmapped: dict[str, bool | None] = {}
        """Slots without mappings: whether 2.x would fill them by an entity of their name, None in a 3.x file."""
        self._fills_by_entity = True
        self._rewinds_whole_forms = False
        self._max_rephrasings: int | None = None

    def read(self, file: Mapping) -> None:
        """Reads one file."""
        check_top_level_keys(file, "the domain", KNOWN_KEYS, self._problems)
        self._intents.read(file.get("intents"))
        self._add(Entity, self._read_entities(file.get("entities")), "entity")
        self._add(Action, self._read_actions(file.get("actions")), "action")
        self._add(Form, self._forms.read_all(file.get("forms")), "form")
        self._add(Slot, self._read_slots(file), "slot")
        self.read_responses(file.get("responses"))
        self._e2e_actions.update(dict.fromkeys(texts_of(file.get("e2e_actions"), "e2e_actions", self._problems)))
        self._read_session(file.get("session_config"))
        self._read_config(file.get("config"))

    def read_responses(self, node: Node | None) -> None:
        """Reads responses, which may stand in any file."""
        for name, variations in read_responses(node, self._problems).items():
            where = node.where_key(name) if isinstance(node, Mapping) else None
            self._warn_of_duplicate("response", name, self._response_places.get(name), where)
            self._responses[name] = variations
            if where is not None:
                self._response_places[name] = where

    def result(self) -> Domain:
        """The merged domain, with what every domain has."""
        entities = self._table(Entity)
        forms = self._table(Form)
        actions = self._table(Action)
        slots = {name: self._with_mappings(slot, entities) for name, slot in self._table(Slot).items()}
        intents = self._intents.result(entities)
        for name in DEFAULT_INTENTS:
            intents.setdefault(name, Intent(name=name, used_entities=()))
        for slot in _slots_of_every_domain(forms, actions):
            slots.setdefault(slot.name, slot)
        return Domain(
            intents=intents,
            entities=entities,
            slots=slots,
            responses=self._responses,
            actions=actions,
            forms=forms,
            e2e_actions=tuple(self._e2e_actions),
            session=self._session,
            max_rephrasings=self._max_rephrasings,
            rewinds_whole_forms=self._rewinds_whole_forms,
        )

    def _table(self, kind: type[Item]) -> dict[str, Item]:
        return {name: item for name, item in self._tables[kind].items() if isinstance(item, kind)}

    def _add(self, kind: type[Item], items: Iterable[Item], word: str) -> None:
        table = self._table(kind)
        in_this_file: set[str] = set()
        for item in items:
            known = table.get(item.name)
            if item.name in in_this_file:
                self._problems.error(
                    "duplicate-name", f"{word} {item.name!r} is listed twice", item.where, "remove one"
                )
            elif known is not None:
                self._warn_of_duplicate(word, item.name, known.where, item.where)
            in_this_file.add(item.name)
            self._tables[kind][item.name] = item

    def _warn_of_duplicate(self, word: str, name: str, known: Location | None, where: Location | None) -> None:
        if known is not None:
            self._problems.warning(
                "duplicate-name",
                f"{word} {name!r} is defined twice, first at {known.file}:{known.line}; the last one holds",
                where,
                "remove one",
            )

    def _read_entities(self, node: Node | None) -> Iterator[Entity]:
        for name, keys, where in named_items(node, "entities", self._problems):
            if keys is None:
                yield Entity(name=name, where=where)
                continue
            check_keys(keys, ("roles", "groups", "influence_conversation"), f"entity {name!r}", self._problems)
            yield Entity(
                name=name,
                roles=texts_of(keys.get("roles"), "roles", self._problems),
                groups=texts_of(keys.get("groups"), "groups", self._problems),
                influence_conversation=as_flag(
                    keys.get("influence_conversation"), "influence_conversation", self._problems, default=True
                ),
                where=where,
            )

    def _read_actions(self, node: Node | None) -> Iterator[Action]:
        for name, keys, where in named_items(node, "actions", self._problems):
            if keys is None:
                yield Action(name=name, where=where)
                continue
            check_keys(keys, ("send_domain",), f"action {name!r}", self._problems)
            send = as_flag(keys.get("send_domain"), "send_domain", self._problems, default=False)
            yield Action(name=name, send_domain=send, where=where)

    def _read_slots(self, file: Mapping) -> Iterator[Slot]:
        slots = as_mapping(file.get("slots"), "slots", self._problems)
        if slots is None:
            return
        version = file.entries.get("version")
        is_of_2 = version is None or str(version.data()).startswith("2")
        for name, node in slots.entries.items():
            slot = read_slot(name, node, slots.where_key(name), self._problems)
            if slot is None:
                continue
            if isinstance(node, Mapping) and node.get("mappings") is None:
                auto_fill = as_flag(node.get("auto_fill"), "auto_fill", self._problems, default=True)
                self._unmapped[name] = auto_fill if is_of_2 else None
            else:
                self._unmapped.pop(name, None)
            yield slot

    def _read_session(self, node: Node | None) -> None:
        entry = as_mapping(node, "session_config", self._problems)
        if entry is None:
            return
        known = ("session_expiration_time", "carry_over_slots_to_new_session")
        check_keys(entry, known, "session_config", self._problems)
        minutes = as_number(entry.get(known[0]), known[0], self._problems, default=self._session.expiration_minutes)
        if minutes < 0:
            self._problems.error(
                "invalid-domain",
                f"session_expiration_time must not be negative, but is {minutes}",
                entry.entries[known[0]].where,
                "write 0 for sessions that never expire",
            )
            minutes = 0
        carry_over = as_flag(entry.get(known[1]), known[1], self._problems, default=self._session.carry_over_slots)
        self._session = SessionConfig(expiration_minutes=minutes, carry_over_slots=carry_over)

    def _read_config(self, node: Node | None) -> None:
        entry = as_mapping(node, "config", self._problems)
        if entry is not None:
            known = ("store_entities_as_slots", "rewind_whole_forms", "max_rephrasings")
            check_keys(entry, known, "config", self._problems)
            self._read_max_rephrasings(entry)
            self._fills_by_entity = as_flag(
                entry.get("store_entities_as_slots"), "store_entities_as_slots", self._problems, default=True
            )
            self._rewinds_whole_forms = as_flag(
                entry.get("rewind_whole_forms"),
                "rewind_whole_forms",
                self._problems,
                default=self._rewinds_whole_forms,
            )

    def _read_max_rephrasings(self, entry: Mapping) -> None:
        node = entry.get("max_rephrasings")
        if node is None or node.is_null:
            return
        number = as_number(node, "max_rephrasings", self._problems, default=1)
        if number < 0 or number != int(number):
            self._problems.error(
                "invalid-domain",
                f"max_rephrasings must be a whole number, 0 or more, but is {number}",
                node.where,
                "write how many more chances people get",
            )
        self._max_rephrasings = int(number)

    def _with_mappings(self, slot: Slot, entities: dict[str, Entity]) -> Slot:
        slot = with_form_mappings(slot, self._forms.mappings)
        if slot.name not in self._unmapped:
            return slot
        auto_fill = self._unmapped[slot.name]
        if auto_fill and self._fills_by_entity and slot.name in entities:
            slot = with_entity_mapping(slot)
        if slot.mappings:
            note_understanding(slot, self._problems)
            return slot
        slot = with_custom_mapping(slot)
        if auto_fill is not None:
            note_understanding(slot, self._problems)
        else:
            self._problems.error(
                "missing-mappings",
                f"slot {slot.name!r} has no mappings, so nothing can fill it",
                slot.where,
                "add `mappings:` with `- type: from_entity`, or with `- type: custom` if only actions set it",
            )
        return slot


def _slots_of_every_domain(forms: dict[str, Form], actions: dict[str, Action]) -> Iterator[Slot]:
    if forms:
        yield with_custom_mapping(Slot(name=REQUESTED_SLOT, type="text", influence_conversation=False))
    hidden = with_custom_mapping(Slot(name=SESSION_METADATA_SLOT, type="any", influence_conversation=False))
    if KNOWLEDGE_BASE_ACTION in actions:
        yield from (replace(hidden, name=name) for name in KNOWLEDGE_BASE_SLOTS)
    yield hidden

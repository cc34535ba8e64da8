"""Reads ``forms:``, in the form of 3.x and that of 2.x."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from framework.bot.document import Mapping, Node, Scalar, Sequence
from framework.bot.domain import Form, SlotMapping
from framework.bot.expect import as_mapping, check_keys, items_of, texts_of
from framework.bot.problems import Problems
from framework.bot.slot_reader import read_mappings
from framework.errors import Location

_FORM_KEYS = ("required_slots", "ignored_intents")


class FormMapping(msgspec.Struct, frozen=True, kw_only=True):
    """A slot mapping that a 2.x domain has inside a form."""

    form: str
    slot: str
    mapping: SlotMapping


class SlotsWithMappings(NamedTuple):
    """The slots that a 2.x form asks for, and the mapping in which each is a key."""

    owner: Mapping
    slots: tuple[str, ...]


class FormReader:
    """Reads forms; mappings found inside them are kept for the slots that they belong to."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self.mappings: list[FormMapping] = []

    def read_all(self, node: Node | None) -> list[Form]:
        """Reads the value of one ``forms:`` key."""
        if isinstance(node, Sequence):
            self._problems.note("older-format", "a list of forms is read as forms without required slots", node.where)
            return [
                Form(name=item.text, where=item.where)
                for item in items_of(node, "forms", self._problems)
                if isinstance(item, Scalar)
            ]
        forms = as_mapping(node, "forms", self._problems)
        if forms is None:
            return []
        return [self._read(name, value, forms.where_key(name)) for name, value in forms.entries.items()]

    def _read(self, name: str, node: Node, where: Location) -> Form:
        entry = as_mapping(node, f"form {name!r}", self._problems)
        if entry is None:
            return Form(name=name, where=where)
        return Form(
            name=name,
            required_slots=self._required_slots(name, entry),
            ignored_intents=texts_of(entry.get("ignored_intents"), "ignored_intents", self._problems),
            where=where,
        )

    def _required_slots(self, form: str, entry: Mapping) -> tuple[str, ...]:
        older = slots_with_mappings(entry)
        if older is None or older.owner is not entry:
            check_keys(entry, _FORM_KEYS, f"form {form!r}", self._problems)
        if older is not None:
            self._note(form, older.owner.where)
            self._read_mappings(form, older)
            return older.slots
        return texts_of(entry.get("required_slots"), f"the required_slots of form {form!r}", self._problems)

    def _note(self, form: str, where: Location) -> None:
        self._problems.note(
            "older-format",
            f"the slot mappings inside form {form!r} are read as mappings of the slots, on condition of the form",
            where,
        )

    def _read_mappings(self, form: str, older: SlotsWithMappings) -> None:
        for slot in older.slots:
            read = read_mappings(older.owner.entries[slot], f"slot {slot!r}", self._problems)
            self.mappings += (FormMapping(form=form, slot=slot, mapping=mapping) for mapping in read)


def slots_with_mappings(form: Mapping) -> SlotsWithMappings | None:
    """The slots of a 2.x form, which are keys with mappings; None for a form in the 3.x format."""
    required = form.get("required_slots")
    owner = required if isinstance(required, Mapping) else form
    slots = tuple(key for key in owner.entries if key not in _FORM_KEYS)
    is_form_of_2_0 = required is None and slots and all(_is_list_of_mappings(form.entries[slot]) for slot in slots)
    return SlotsWithMappings(owner, slots) if owner is required or is_form_of_2_0 else None


def _is_list_of_mappings(node: Node) -> bool:
    return isinstance(node, Sequence) and all(isinstance(item, Mapping) for item in node)

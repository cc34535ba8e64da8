"""Reads ``forms:``, in the form of 3.x and that of 2.x."""

from __future__ import annotations

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
        required = entry.get("required_slots")
        if isinstance(required, Mapping):
            self._note(form, required.where)
            return tuple(self._slots_with_mappings(form, required))
        slots = [key for key in entry.entries if key not in _FORM_KEYS]
        if required is None and slots and all(_is_list_of_mappings(entry.entries[slot]) for slot in slots):
            self._note(form, entry.where)
            return tuple(self._slots_with_mappings(form, entry))
        check_keys(entry, _FORM_KEYS, f"form {form!r}", self._problems)
        return texts_of(required, f"the required_slots of form {form!r}", self._problems)

    def _note(self, form: str, where: Location) -> None:
        self._problems.note(
            "older-format",
            f"the slot mappings inside form {form!r} are read as mappings of the slots, on condition of the form",
            where,
        )

    def _slots_with_mappings(self, form: str, entry: Mapping) -> list[str]:
        slots = [key for key in entry.entries if key not in _FORM_KEYS]
        for slot in slots:
            read = read_mappings(entry.entries[slot], f"slot {slot!r}", self._problems)
            self.mappings += (FormMapping(form=form, slot=slot, mapping=mapping) for mapping in read)
        return slots


def _is_list_of_mappings(node: Node) -> bool:
    return isinstance(node, Sequence) and all(isinstance(item, Mapping) for item in node)

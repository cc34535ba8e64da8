"""Gives the slots of a 2.x domain the mappings that they have in 3.x.

In 2.x a slot had no mappings of its own: forms said how theirs are filled, and a slot with the name of an
entity was filled by that entity wherever it occurred.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from framework.bot.domain import REQUESTED_SLOT, MappingCondition, Slot, SlotMapping
from framework.bot.form_reader import FormMapping
from framework.bot.problems import Problems


def with_form_mappings(slot: Slot, found: Iterable[FormMapping]) -> Slot:
    """Adds what forms say of a slot; a mapping that several forms share gets one condition for each."""
    mappings = list(slot.mappings)
    for item in found:
        if item.slot != slot.name:
            continue
        condition = _condition(item)
        same = next((index for index, known in enumerate(mappings) if _is_same(known, item.mapping)), None)
        if same is None:
            mappings.append(replace(item.mapping, conditions=(condition,)))
        elif mappings[same].conditions:
            mappings[same] = replace(mappings[same], conditions=(*mappings[same].conditions, condition))
    return replace(slot, mappings=tuple(mappings))


def with_entity_mapping(slot: Slot) -> Slot:
    """Adds the filling by the entity of the same name, which 2.x did by itself."""
    mapping = SlotMapping(type="from_entity", entity=slot.name)
    return replace(slot, mappings=(*slot.mappings, mapping))


def with_custom_mapping(slot: Slot) -> Slot:
    """Makes a slot one that only actions set."""
    return replace(slot, mappings=(SlotMapping(type="custom"),))


def note_understanding(slot: Slot, problems: Problems) -> None:
    """Says how a slot without mappings was understood."""
    if slot.name == REQUESTED_SLOT:
        return
    kinds = list(dict.fromkeys(mapping.type for mapping in slot.mappings))
    meaning = "set by actions only" if kinds == ["custom"] else "filled by " + ", ".join(kinds)
    problems.note("older-format", f"slot {slot.name!r} has no mappings and is read as {meaning}", slot.where)


def _condition(item: FormMapping) -> MappingCondition:
    anywhere_in_form = item.mapping.type in ("from_entity", "from_trigger_intent")
    return MappingCondition(active_loop=item.form, requested_slot=None if anywhere_in_form else item.slot)


def _is_same(one: SlotMapping, other: SlotMapping) -> bool:
    return replace(one, conditions=(), where=None) == replace(other, conditions=(), where=None)

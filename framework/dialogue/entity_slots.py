"""The slots that a story fills without saying so: those that the entities of its messages fill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from framework.bot.domain import Domain, SlotMapping
from framework.conversation.events import SlotSet


def slots_of_entities(entities: Iterable[Mapping[str, Any]], domain: Domain) -> list[SlotSet]:
    """The slot events that follow a message in a story, by ``from_entity`` mappings that are not for one form only.

    An entity that a story only names fills its slot with an empty text. A list slot takes all values, any other the
    last one. What the mapping says of intents does not count.
    """
    mentioned = list(entities)
    events: list[SlotSet] = []
    for slot in domain.slots.values() if mentioned else ():
        values = [
            entity.get("value", "")
            for mapping in slot.mappings
            if _applies_anywhere(mapping)
            for entity in mentioned
            if _fits(mapping, entity)
        ]
        if values:
            events.append(SlotSet(name=slot.name, value=values if slot.type == "list" else values[-1]))
    return events


def _applies_anywhere(mapping: SlotMapping) -> bool:
    is_for_form = bool(mapping.conditions) and mapping.conditions[0].active_loop is not None
    return mapping.type == "from_entity" and not is_for_form


def _fits(mapping: SlotMapping, entity: Mapping[str, Any]) -> bool:
    wanted = (mapping.entity, mapping.role, mapping.group)
    return (entity.get("entity"), entity.get("role"), entity.get("group")) == wanted

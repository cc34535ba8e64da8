"""Fills slots from the last user message by the mappings of the domain."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from framework.bot.domain import REQUESTED_SLOT, SESSION_METADATA_SLOT, Domain, Form, Slot, SlotMapping
from framework.conversation.events import BotUttered, Event, SlotSet
from framework.conversation.tracker import Tracker
from framework.dialogue.action_runner import ActionFailed, ActionRejected
from framework.dialogue.actions.action import Action, ActionContext
from framework.dialogue.actions.own import run_own_action

_log = logging.getLogger(__name__)

EXTRACT_SLOTS = "action_extract_slots"
VALIDATE_SLOT_MAPPINGS = "action_validate_slot_mappings"


class ExtractSlots(Action):
    """``action_extract_slots``: runs after every user message, and once more when a form is activated."""

    def __init__(self) -> None:
        super().__init__(EXTRACT_SLOTS)

    async def run(self, context: ActionContext) -> list[Event]:
        """Finds values, and has the bot's ``action_validate_slot_mappings`` check them if there is one."""
        extracted = await _extract(context)
        if VALIDATE_SLOT_MAPPINGS not in context.domain.actions:
            return [*extracted]
        tracker = context.tracker.copy()
        tracker.apply_all(extracted)
        validated = await _run_slot_action(VALIDATE_SLOT_MAPPINGS, context.with_tracker(tracker))
        return with_unvalidated(validated, extracted)


def with_unvalidated(validated: Sequence[Event], extracted: Sequence[Event]) -> list[Event]:
    """What a validation returned, and the slots of which it said nothing: they count as valid."""
    settled = {event.name for event in validated if isinstance(event, SlotSet)}
    return [*validated, *(event for event in extracted if isinstance(event, SlotSet) and event.name not in settled)]


async def _extract(context: ActionContext) -> list[SlotSet]:
    """What was found, slot by slot. The first mapping of a slot that has a value wins."""
    events: list[Event] = []
    own_actions: set[str] = set()
    for slot in context.domain.slots.values():
        if slot.name in (REQUESTED_SLOT, SESSION_METADATA_SLOT):
            continue
        for mapping in slot.mappings:
            if not _applies(mapping, slot, context):
                continue
            if mapping.type == "custom":
                if mapping.action is not None and mapping.action not in own_actions:
                    own_actions.add(mapping.action)
                    events += await _run_slot_action(mapping.action, context)
                continue
            value, was_found = _value(mapping, slot, context.tracker)
            if was_found and (value is not None or context.tracker.slots[slot.name] is not None):
                events.append(SlotSet(name=slot.name, value=value))
                break
    return [event for event in events if isinstance(event, SlotSet)]


async def _run_slot_action(name: str, context: ActionContext) -> list[Event]:
    """Runs an action that may only set slots and say something."""
    try:
        events = await run_own_action(name, context)
    except (ActionFailed, ActionRejected) as error:
        _log.warning("slots are left as they are: %s", error)
        return []
    allowed: list[Event] = [event for event in events if isinstance(event, SlotSet | BotUttered)]
    if len(allowed) < len(events):
        _log.warning("action %r may only set slots and say something; its other events are left out", name)
    return allowed


def _applies(mapping: SlotMapping, slot: Slot, context: ActionContext) -> bool:
    tracker = context.tracker
    return (
        (mapping.type != "from_entity" or mapping.entity in context.domain.entities)
        and _intent_allows(mapping, tracker, context.domain)
        and (mapping.type == "from_trigger_intent" or _conditions_hold(mapping, slot, tracker))
        and not _is_ambiguous(mapping, slot, tracker, context.domain)
    )


def _intent_allows(mapping: SlotMapping, tracker: Tracker, domain: Domain) -> bool:
    intent = tracker.latest_message.intent if tracker.latest_message else None
    if mapping.intents:
        return intent in mapping.intents
    return intent not in mapping.not_intents and intent not in _ignored_intents(mapping, tracker, domain)


def _ignored_intents(mapping: SlotMapping, tracker: Tracker, domain: Domain) -> tuple[str, ...]:
    """The ``ignored_intents`` of the active form, for mappings that apply inside it."""
    form = domain.forms.get(tracker.active_loop_name or "")
    if form is None or mapping.type == "from_trigger_intent":
        return ()
    loops = [condition.active_loop for condition in mapping.conditions]
    return form.ignored_intents if not loops or form.name in loops else ()


def _conditions_hold(mapping: SlotMapping, slot: Slot, tracker: Tracker) -> bool:
    if not mapping.conditions:
        return True
    loop = tracker.active_loop
    requested = tracker.slots.get(REQUESTED_SLOT)
    if loop is not None and loop.rejected and requested == slot.name:
        return False
    return any(
        condition.active_loop == tracker.active_loop_name
        and (condition.active_loop is None or condition.requested_slot in (None, requested))
        for condition in mapping.conditions
    )


def _is_ambiguous(mapping: SlotMapping, slot: Slot, tracker: Tracker, domain: Domain) -> bool:
    """Whether an entity could as well be meant for another slot of the active form.

    Then it is taken to be for the slot that was asked for.
    """
    form = domain.forms.get(tracker.active_loop_name or "")
    if mapping.type != "from_entity" or form is None or slot.name not in form.required_slots:
        return False
    return tracker.slots.get(REQUESTED_SLOT) != slot.name and _occurrences(mapping, form, domain) != 1


def _occurrences(mapping: SlotMapping, form: Form, domain: Domain) -> int:
    wanted = _meaning(mapping)
    slots = (domain.slots[name] for name in form.required_slots if name in domain.slots)
    return sum(_meaning(other) == wanted for slot in slots for other in slot.mappings)


def _meaning(mapping: SlotMapping) -> SlotMapping:
    """The mapping without the places in the file that it and its conditions stand at."""
    conditions = tuple(msgspec.structs.replace(condition, where=None) for condition in mapping.conditions)
    return msgspec.structs.replace(mapping, where=None, conditions=conditions)


def _value(mapping: SlotMapping, slot: Slot, tracker: Tracker) -> tuple[Any, bool]:
    """The value that a mapping has for a slot, and whether it has one."""
    values = _values(mapping, tracker)
    if not values:
        return None, False
    return (values if slot.type == "list" else values[-1]), True


def _values(mapping: SlotMapping, tracker: Tracker) -> list[Any]:
    match mapping.type:
        case "from_entity":
            return tracker.latest_entity_values(mapping.entity or "", mapping.role, mapping.group)
        case "from_intent":
            return [mapping.value]
        case "from_trigger_intent":
            return [mapping.value] if _is_in_loop_of(mapping, tracker) else []
        case "from_text":
            return [tracker.latest_message.text if tracker.latest_message else None]
        case _:
            return []


def _is_in_loop_of(mapping: SlotMapping, tracker: Tracker) -> bool:
    loops = [condition.active_loop for condition in mapping.conditions]
    return tracker.active_loop_name is not None and (not loops or tracker.active_loop_name in loops)

"""The domain as JSON: what ``GET /domain`` answers and what action servers are sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from framework.bot.domain import Domain, Entity, Form, Intent, MappingCondition, ResponseVariation, Slot, SlotMapping
from framework.bot.languages import written_label


def domain_to_dict(domain: Domain) -> dict[str, Any]:
    """Returns the domain in the 3.1 format, with what its author wrote but not what every domain has.

    Lists of names are sorted; keys of which the domain has nothing are left out.
    """
    tables = {
        "intents": _named((intent.name, _intent(intent)) for intent in domain.intents.values() if intent.where),
        "entities": _named((entity.name, _entity(entity)) for entity in domain.entities.values()),
        "slots": {slot.name: _slot(slot) for slot in domain.slots.values() if slot.where},
        "responses": {
            name: [variation_to_dict(variation) for variation in variations]
            for name, variations in domain.responses.items()
        },
        "actions": _actions(domain),
        "forms": {form.name: _form(form) for form in domain.forms.values()},
        "e2e_actions": sorted(domain.e2e_actions),
    }
    return {
        "version": domain.version,
        **{key: table for key, table in tables.items() if table},
        "session_config": {
            "session_expiration_time": _without_zero(domain.session.expiration_minutes),
            "carry_over_slots_to_new_session": domain.session.carry_over_slots,
        },
    }


def _named(items: Iterable[tuple[str, dict[str, Any]]]) -> list[str | dict[str, Any]]:
    return [{name: keys} if keys else name for name, keys in sorted(items, key=lambda item: item[0])]


def _actions(domain: Domain) -> list[str | dict[str, Any]]:
    keys: dict[str, dict[str, Any]] = {f"utter_{intent}": {} for intent in domain.retrieval_intents}
    for action in domain.actions.values():
        keys[action.name] = {"send_domain": True} if action.send_domain else {}
    return _named(keys.items())


def _intent(intent: Intent) -> dict[str, Any]:
    keys: dict[str, Any] = {} if intent.used_entities is None else {"use_entities": list(intent.used_entities)}
    if intent.label:
        keys["label"] = written_label(intent.label)
    if intent.response_labels:
        keys["response_labels"] = {key: written_label(label) for key, label in intent.response_labels.items()}
    return keys


def _entity(entity: Entity) -> dict[str, Any]:
    keys: dict[str, Any] = _written({"roles": list(entity.roles), "groups": list(entity.groups)})
    if not entity.influence_conversation:
        keys["influence_conversation"] = False
    return keys


def _slot(slot: Slot) -> dict[str, Any]:
    keys: dict[str, Any] = {"type": slot.type}
    if slot.initial_value is not None:
        keys["initial_value"] = slot.initial_value
    if slot.influence_conversation != (slot.type != "any"):
        keys["influence_conversation"] = slot.influence_conversation
    if slot.type == "categorical":
        keys["values"] = list(slot.values)
    if slot.type == "float":
        keys["min_value"], keys["max_value"] = slot.min_value, slot.max_value
    return {**keys, **slot.options, "mappings": [mapping_to_dict(mapping) for mapping in slot.mappings]}


def mapping_to_dict(mapping: SlotMapping) -> dict[str, Any]:
    """A mapping of a slot, with the keys of the domain file; those not used are left out."""
    keys = _written(
        {
            "type": mapping.type,
            "entity": mapping.entity,
            "role": mapping.role,
            "group": mapping.group,
            "intent": _one_or_list(mapping.intents),
            "not_intent": _one_or_list(mapping.not_intents),
            "action": mapping.action,
            "conditions": [_condition(condition) for condition in mapping.conditions],
        }
    )
    if mapping.type in ("from_intent", "from_trigger_intent"):
        keys["value"] = mapping.value
    return keys


def _condition(condition: MappingCondition) -> dict[str, Any]:
    keys: dict[str, Any] = {"active_loop": condition.active_loop}
    if condition.requested_slot is not None:
        keys["requested_slot"] = condition.requested_slot
    return keys


def _form(form: Form) -> dict[str, Any]:
    keys: dict[str, Any] = {"required_slots": list(form.required_slots)}
    if form.ignored_intents:
        keys["ignored_intents"] = _one_or_list(form.ignored_intents)
    return keys


def variation_to_dict(variation: ResponseVariation) -> dict[str, Any]:
    """One way to say a response, with the keys of the domain file; those not used are left out."""
    keys: dict[str, Any] = msgspec.to_builtins(variation)
    keys.pop("where", None)
    texts = keys.pop("texts", None)
    return {**keys, "text": texts} if texts else keys


def _one_or_list(names: tuple[str, ...]) -> str | list[str] | None:
    if not names:
        return None
    return names[0] if len(names) == 1 else list(names)


def _written(keys: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if value not in (None, [])}


def _without_zero(number: float) -> float:
    """A whole number as such: a model's file keeps 60 as 60.0."""
    return int(number) if number == int(number) else number

"""Reads ``slots:`` and their mappings."""

from __future__ import annotations

from typing import Any, cast, get_args

from framework.bot.document import Mapping, Node
from framework.bot.domain import MappingCondition, MappingType, Slot, SlotMapping
from framework.bot.expect import as_flag, as_mapping, as_number, as_text, check_keys, items_of, texts_of
from framework.bot.problems import Problems
from framework.errors import Location, one_of

SLOT_TYPES = ("text", "bool", "categorical", "float", "list", "any")

_COMMON_KEYS = ("type", "initial_value", "influence_conversation", "mappings", "auto_fill", "value_reset_delay")
_KEYS_OF_TYPE = {"categorical": ("values",), "float": ("min_value", "max_value")}
_CLASSES_OF_2 = {
    "UnfeaturizedSlot": "any",
    "TextSlot": "text",
    "BooleanSlot": "bool",
    "CategoricalSlot": "categorical",
    "FloatSlot": "float",
    "ListSlot": "list",
    "AnySlot": "any",
}
_MODULES_OF_2 = ("rasa.shared.core.slots.", "rasa.core.slots.")
_OTHER_WORDS = {
    "string": "text",
    "str": "text",
    "int": "float",
    "integer": "float",
    "number": "float",
    "dict": "any",
    "enum": "categorical",
}

_MAPPING_KEYS: dict[MappingType, tuple[str, ...]] = {
    "from_entity": ("entity", "role", "group", "intent", "not_intent"),
    "from_text": ("intent", "not_intent"),
    "from_intent": ("value", "intent", "not_intent"),
    "from_trigger_intent": ("value", "intent", "not_intent"),
    "custom": ("action",),
}
_REQUIRED_KEY: dict[MappingType, str] = {
    "from_entity": "entity",
    "from_intent": "value",
    "from_trigger_intent": "value",
}
_ALL_MAPPING_KEYS = frozenset(("type", "conditions", *(key for keys in _MAPPING_KEYS.values() for key in keys)))


def read_slot(name: str, node: Node, where: Location, problems: Problems) -> Slot | None:
    """Reads one slot; one without ``mappings`` gets none."""
    entry = as_mapping(node, f"slot {name!r}", problems)
    if entry is None:
        problems.error("invalid-slot", f"slot {name!r} needs a type", where, f"add `type: {SLOT_TYPES[0]}`")
        return None
    kind = _read_type(name, entry, where, problems)
    if "." not in kind:
        check_keys(entry, (*_COMMON_KEYS, *_KEYS_OF_TYPE.get(kind, ())), f"{kind} slot {name!r}", problems)
    initial = entry.get("initial_value")
    slot = Slot(
        name=name,
        type=kind,
        initial_value=None if initial is None else initial.data(),
        influence_conversation=_influence(name, kind, entry, problems),
        mappings=read_mappings(entry.get("mappings"), f"slot {name!r}", problems),
        values=_values(name, entry, problems) if kind == "categorical" else (),
        min_value=as_number(entry.get("min_value"), "min_value", problems, default=0.0),
        max_value=as_number(entry.get("max_value"), "max_value", problems, default=1.0),
        options={key: value.data() for key, value in entry.entries.items() if key not in _COMMON_KEYS}
        if "." in kind
        else {},
        where=where,
    )
    if kind == "float" and slot.min_value >= slot.max_value:
        problems.error(
            "invalid-slot",
            f"slot {name!r} has a min_value ({slot.min_value}) that is not below its max_value ({slot.max_value})",
            where,
        )
    return slot


def _read_type(name: str, entry: Mapping, where: Location, problems: Problems) -> str:
    node = entry.get("type")
    kind = as_text(node, "the type of a slot", problems)
    if node is None or kind is None:
        problems.error("invalid-slot", f"slot {name!r} needs a type", where, f"one of {', '.join(SLOT_TYPES)}")
        return "any"
    if kind in SLOT_TYPES:
        return kind
    known = type_of_2(kind)
    if known is not None:
        problems.note("older-format", f"slot type {kind!r} is read as {known!r}", node.where)
        return known
    if "." in kind:
        return kind
    fix = f"did you mean {_OTHER_WORDS[kind.lower()]!r}?" if kind.lower() in _OTHER_WORDS else one_of(kind, SLOT_TYPES)
    problems.error("unknown-slot-type", f"unknown slot type {kind!r}", node.where, fix)
    return "any"


def type_of_2(kind: str) -> str | None:
    """What a slot type of 2.x is called in 3.x; None for any other."""
    if kind == "unfeaturized":
        return "any"
    module, _, class_name = kind.rpartition(".")
    return _CLASSES_OF_2.get(class_name) if f"{module}." in _MODULES_OF_2 else None


def _influence(name: str, kind: str, entry: Mapping, problems: Problems) -> bool:
    node = entry.get("influence_conversation")
    influence = as_flag(node, "influence_conversation", problems, default=kind != "any")
    if influence and kind == "any" and node is not None:
        problems.error(
            "invalid-slot",
            f"slot {name!r} of type any cannot influence the conversation",
            node.where,
            "leave the key out, or choose another type",
        )
        return False
    return influence


def _values(name: str, entry: Mapping, problems: Problems) -> tuple[Any, ...]:
    found = []
    items = items_of(entry.get("values"), f"the values of slot {name!r}", problems)
    for item in items:
        if item.is_null:
            problems.warning(
                "invalid-slot",
                f"the value null of slot {name!r} is left out: it means that the slot is empty",
                item.where,
            )
        else:
            found.append(item.data())
    if not items:
        problems.warning("invalid-slot", f"categorical slot {name!r} has no values", entry.where, "add `values:`")
    return tuple(found)


def read_mappings(node: Node | None, owner: str, problems: Problems) -> tuple[SlotMapping, ...]:
    """Reads the list of a slot's mappings; a single mapping counts as a list of one."""
    items = [node] if isinstance(node, Mapping) else items_of(node, f"the mappings of {owner}", problems)
    found = (_read_mapping(item, owner, problems) for item in items)
    return tuple(mapping for mapping in found if mapping is not None)


def _read_mapping(node: Node, owner: str, problems: Problems) -> SlotMapping | None:
    entry = as_mapping(node, f"a mapping of {owner}", problems)
    if entry is None:
        return None
    kind = _mapping_type(entry, owner, problems)
    if kind is None:
        return None
    _check_mapping_keys(entry, kind, owner, problems)
    required = _REQUIRED_KEY.get(kind)
    if required is not None and required not in entry.entries:
        problems.error(
            "invalid-mapping",
            f"a {kind} mapping of {owner} needs {required!r}",
            entry.where,
            f"add `{required}:`",
        )
        return None
    value = entry.get("value")
    return SlotMapping(
        type=kind,
        entity=as_text(entry.get("entity"), "entity", problems) if kind == "from_entity" else None,
        role=as_text(entry.get("role"), "role", problems),
        group=as_text(entry.get("group"), "group", problems),
        intents=texts_of(entry.get("intent"), "intent", problems),
        not_intents=texts_of(entry.get("not_intent"), "not_intent", problems),
        value=None if value is None else value.data(),
        action=as_text(entry.get("action"), "action", problems),
        conditions=tuple(_read_conditions(entry, owner, problems)),
        where=entry.where,
    )


def _mapping_type(entry: Mapping, owner: str, problems: Problems) -> MappingType | None:
    known = get_args(MappingType)
    kind = as_text(entry.get("type"), "the type of a mapping", problems)
    if kind in known:
        return cast(MappingType, kind)
    if kind is None:
        problems.error(
            "invalid-mapping", f"a mapping of {owner} needs a type", entry.where, f"one of {', '.join(known)}"
        )
    else:
        problems.error(
            "invalid-mapping", f"unknown mapping type {kind!r}", entry.entries["type"].where, one_of(kind, known)
        )
    return None


def _check_mapping_keys(entry: Mapping, kind: MappingType, owner: str, problems: Problems) -> None:
    check_keys(entry, _ALL_MAPPING_KEYS, f"a mapping of {owner}", problems)
    for key in entry.entries.keys() & _ALL_MAPPING_KEYS - {"type", "conditions", *_MAPPING_KEYS[kind]}:
        problems.warning(
            "invalid-mapping", f"key {key!r} means nothing in a {kind} mapping", entry.where_key(key), "leave it out"
        )


def _read_conditions(entry: Mapping, owner: str, problems: Problems) -> list[MappingCondition]:
    found = []
    for item in items_of(entry.get("conditions"), f"the conditions of a mapping of {owner}", problems):
        condition = as_mapping(item, f"a condition of a mapping of {owner}", problems)
        if condition is None:
            continue
        check_keys(condition, ("active_loop", "requested_slot"), f"a condition of a mapping of {owner}", problems)
        if "active_loop" not in condition.entries:
            problems.error(
                "invalid-mapping",
                f"a condition of a mapping of {owner} needs 'active_loop'",
                condition.where,
                "add `active_loop: <form>`, or null for no form",
            )
            continue
        found.append(
            MappingCondition(
                active_loop=as_text(condition.get("active_loop"), "active_loop", problems),
                requested_slot=as_text(condition.get("requested_slot"), "requested_slot", problems),
                where=condition.where,
            )
        )
    return found

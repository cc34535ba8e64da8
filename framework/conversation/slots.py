"""Slot types: which values a slot takes, and what a policy sees of them."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from framework.bot.domain import Domain, Slot
from framework.errors import BotError, Problem, one_of

logger = logging.getLogger(__name__)

SHOULD_NOT_BE_SET = "should_not_be_set"
"""Value with which a rule says that a slot is empty, or that no loop is active."""

FILLED = "filled"
"""Value of a text slot of which a story says only that it is filled."""

OTHER_CATEGORY = "__other__"

Features = tuple[float, ...]


class SlotType:
    """What a slot of one type makes of its values; subclass it for a type of your own.

    A domain names a subclass by its dotted path (``type: my_package.my_slots.Score``). The keys that the slot has
    in the domain beyond the usual ones are in ``slot.options``.
    """

    def __init__(self, slot: Slot) -> None:
        self.slot = slot

    def coerce(self, value: Any) -> Any:
        """The value as it is stored."""
        return value

    def features(self, value: Any) -> Features:
        """The value as a policy sees it, each number in 0..1; all zeros where the slot counts as unset."""
        raise NotImplementedError(f"slot type {type(self).__name__!r} must say what its features are")


class TextSlot(SlotType):
    """Only whether there is a text matters."""

    def features(self, value: Any) -> Features:  # noqa: D102
        return (0.0,) if value is None else (1.0,)


class BoolSlot(SlotType):
    """True, false or unset; the words and the numbers 0 and 1 are understood."""

    def features(self, value: Any) -> Features:  # noqa: D102
        truth = _truth(value)
        return (0.0, 0.0) if truth is None else (1.0, float(truth))


class FloatSlot(SlotType):
    """A number; its place between ``min_value`` and ``max_value`` matters."""

    def features(self, value: Any) -> Features:  # noqa: D102
        low, high = self.slot.min_value, self.slot.max_value
        try:
            number = max(low, min(high, float(value)))
        except (TypeError, ValueError):
            return (0.0, 0.0)
        return (1.0, (number - low) / ((high - low) or 1.0))


class CategoricalSlot(SlotType):
    """One of ``values``, whatever the case of its letters; anything else is one further category."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(slot)
        self._categories = [_category(value) for value in slot.values if value is not None]
        if OTHER_CATEGORY not in self._categories:
            self._categories.append(OTHER_CATEGORY)

    def features(self, value: Any) -> Features:  # noqa: D102
        if value is None:
            return (0.0,) * len(self._categories)
        category = _category(value)
        if category not in self._categories:
            category = OTHER_CATEGORY
        hot = self._categories.index(category)
        return tuple(float(index == hot) for index in range(len(self._categories)))


class ListSlot(SlotType):
    """Values in a list; only whether there are any matters."""

    def coerce(self, value: Any) -> Any:  # noqa: D102
        if not value or isinstance(value, list) or value == SHOULD_NOT_BE_SET:
            return value
        return [value]

    def features(self, value: Any) -> Features:  # noqa: D102
        return (1.0,) if value else (0.0,)


class AnySlot(SlotType):
    """Any value; no policy ever sees it."""

    def features(self, value: Any) -> Features:  # noqa: ARG002, D102
        return ()


BUILT_IN: dict[str, type[SlotType]] = {
    "text": TextSlot,
    "bool": BoolSlot,
    "float": FloatSlot,
    "categorical": CategoricalSlot,
    "list": ListSlot,
    "any": AnySlot,
}


def slot_type(slot: Slot) -> SlotType:
    """The type of a slot: a built-in one, or a class of the bot's own by its dotted path.

    Raises:
        BotError: there is no such type.
    """
    built_in = BUILT_IN.get(slot.type)
    if built_in is not None:
        return built_in(slot)
    module, _, name = slot.type.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        found = None
    if not (isinstance(found, type) and issubclass(found, SlotType)):
        raise BotError(
            Problem(
                code="unknown-slot-type",
                what=f"unknown type {slot.type!r} of slot {slot.name!r}",
                where=slot.where,
                fix=one_of(slot.type, BUILT_IN),
            )
        )
    return found(slot)


class SlotSchema:
    """The slots of a domain, their types and initial values; types are looked up when first used."""

    def __init__(self, domain: Domain) -> None:
        self._slots = domain.slots
        self._types: dict[str, SlotType] = {}
        self._reported: set[str] = set()
        self.empty = SlotValues(self, {name: self._initial(slot) for name, slot in domain.slots.items()}, frozenset())
        """All slots at their initial values."""

    def __contains__(self, name: str) -> bool:
        return name in self._slots

    def type_of(self, name: str) -> SlotType:
        """The type of a slot that exists."""
        found = self._types.get(name)
        if found is None:
            found = self._types[name] = slot_type(self._slots[name])
        return found

    def features(self, name: str, value: Any) -> Features | str | None:
        """What a policy sees of a value; None where that is nothing."""
        if not self._slots[name].influence_conversation:
            return None
        if value == SHOULD_NOT_BE_SET:
            return SHOULD_NOT_BE_SET
        features = self.type_of(name).features(value)
        return features if any(features) else None

    def report_unknown(self, name: str) -> None:
        """Logs, once, that something set a slot which the domain does not have."""
        if name not in self._reported:
            self._reported.add(name)
            logger.warning("slot.unknown slot=%s (add it to the domain; the value is ignored)", name)

    def _initial(self, slot: Slot) -> Any:
        return slot.initial_value if slot.initial_value is None else self.type_of(slot.name).coerce(slot.initial_value)


class SlotValues(Mapping[str, Any]):
    """The values of all slots at one moment. Never changes: setting a value makes a new one."""

    __slots__ = ("_features", "_schema", "_touched", "_values")

    def __init__(self, schema: SlotSchema, values: dict[str, Any], touched: frozenset[str]) -> None:
        self._schema = schema
        self._values = values
        self._touched = touched
        self._features: tuple[tuple[str, Features | str], ...] | None = None

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def touched(self) -> frozenset[str]:
        """The slots that were set since the last reset, even if to nothing."""
        return self._touched

    @property
    def features(self) -> tuple[tuple[str, Features | str], ...]:
        """Name and features of each slot that policies see, by name; slots that count as unset are left out."""
        if self._features is None:
            seen = ((name, self._schema.features(name, value)) for name, value in sorted(self._values.items()))
            self._features = tuple((name, features) for name, features in seen if features is not None)
        return self._features

    def with_value(self, name: str, value: Any) -> SlotValues:
        """These values with one slot set; an unknown slot is reported and ignored."""
        if name not in self._schema:
            self._schema.report_unknown(name)
            return self
        coerced = self._schema.type_of(name).coerce(value)
        return SlotValues(self._schema, {**self._values, name: coerced}, self._touched | {name})

    def reset(self) -> SlotValues:
        """All slots at their initial values."""
        return self._schema.empty


def filled_value(slot: Slot) -> Any:
    """The value that a story means by a slot's bare name: that it is filled; None where no value can say so."""
    if slot.type == "text":
        return FILLED
    return [FILLED] if slot.type == "list" else None


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool | int | float):
        return value == 1
    if isinstance(value, str):
        word = value.strip().lower()
        if word in ("true", "false"):
            return word == "true"
        if value.isnumeric():
            return float(value) == 1.0
    return None


def _category(value: Any) -> str:
    return str(value).lower()

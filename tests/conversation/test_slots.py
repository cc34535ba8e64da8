"""What slots make of their values, and what policies see of them."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest

from framework.api import SlotType
from framework.bot.domain import Domain, Slot
from framework.conversation.slots import FILLED, SHOULD_NOT_BE_SET, SlotSchema, filled_value, slot_type
from framework.errors import BotError, Location


def features(value: Any, **slot: Any) -> tuple[float, ...]:
    found = slot_type(Slot(name="s", **slot))
    return found.features(found.coerce(value))


@pytest.mark.parametrize(
    ("slot", "value", "expected"),
    [
        ({"type": "text"}, "big", (1.0,)),
        ({"type": "text"}, "", (1.0,)),
        ({"type": "text"}, None, (0.0,)),
        ({"type": "bool"}, True, (1.0, 1.0)),
        ({"type": "bool"}, False, (1.0, 0.0)),
        ({"type": "bool"}, None, (0.0, 0.0)),
        ({"type": "bool"}, "TRUE", (1.0, 1.0)),
        ({"type": "bool"}, "false", (1.0, 0.0)),
        ({"type": "bool"}, "1", (1.0, 1.0)),
        ({"type": "bool"}, 0, (1.0, 0.0)),
        ({"type": "bool"}, "maybe", (0.0, 0.0)),
        ({"type": "float"}, 0.25, (1.0, 0.25)),
        ({"type": "float", "min_value": 10, "max_value": 20}, 15, (1.0, 0.5)),
        ({"type": "float", "min_value": 10, "max_value": 20}, 99, (1.0, 1.0)),
        ({"type": "float"}, "much", (0.0, 0.0)),
        ({"type": "float"}, None, (0.0, 0.0)),
        ({"type": "list"}, ["a"], (1.0,)),
        ({"type": "list"}, "a", (1.0,)),
        ({"type": "list"}, [], (0.0,)),
        ({"type": "list"}, None, (0.0,)),
        ({"type": "categorical", "values": ("Low", "high")}, "LOW", (1.0, 0.0, 0.0)),
        ({"type": "categorical", "values": ("Low", "high")}, "odd", (0.0, 0.0, 1.0)),
        ({"type": "categorical", "values": (1, None, 2)}, 2, (0.0, 1.0, 0.0)),
        ({"type": "categorical", "values": ("low",)}, None, (0.0, 0.0)),
        ({"type": "any"}, {"a": 1}, ()),
    ],
    ids=repr,
)
def test_value_becomes_these_features(slot: dict[str, Any], value: Any, expected: tuple[float, ...]) -> None:
    assert features(value, **slot) == expected


def test_single_value_of_a_list_slot_is_wrapped() -> None:
    assert slot_type(Slot(name="s", type="list")).coerce("ham") == ["ham"]


def test_unknown_type_is_reported_at_its_place_with_a_suggestion() -> None:
    with pytest.raises(BotError) as caught:
        slot_type(Slot(name="s", type="boolean", where=Location("domain.yml", 4, 3)))
    assert str(caught.value) == "domain.yml:4:3  unknown type 'boolean' of slot 's' (did you mean 'bool'?)"


def test_slot_class_of_the_bots_own_is_found_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stars(SlotType):
        def features(self, value: Any) -> tuple[float, ...]:
            return (0.0,) if value is None else (value / self.slot.options["best"],)

    module = types.ModuleType("my_slots")
    module.Stars = Stars  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "my_slots", module)
    assert features(4, type="my_slots.Stars", options={"best": 5}) == (0.8,)


def test_policies_see_only_slots_that_count_as_set_and_may_influence() -> None:
    slots = {
        "a": Slot(name="a", type="text"),
        "b": Slot(name="b", type="text", influence_conversation=False),
        "c": Slot(name="c", type="bool"),
        "d": Slot(name="d", type="text"),
    }
    values = SlotSchema(Domain(slots=slots)).empty
    for name, value in (("b", "x"), ("c", "no idea"), ("d", "x"), ("a", SHOULD_NOT_BE_SET)):
        values = values.with_value(name, value)
    assert values.features == (("a", SHOULD_NOT_BE_SET), ("d", (1.0,)))
    assert values.touched == {"a", "b", "c", "d"}


@pytest.mark.parametrize(("kind", "expected"), [("text", FILLED), ("list", [FILLED]), ("bool", None)])
def test_bare_slot_name_in_a_story_means_that_it_is_filled(kind: str, expected: Any) -> None:
    assert filled_value(Slot(name="s", type=kind)) == expected

"""Short ways to say what happens in a conversation."""

from __future__ import annotations

from framework.bot.domain import Domain, Form, Intent, Slot
from framework.conversation.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered, event_to_dict
from framework.conversation.tracker import Tracker

DOMAIN = Domain(
    intents={name: Intent(name=name) for name in ("greet", "order", "inform", "stop")},
    slots={
        "size": Slot(name="size", type="text"),
        "toppings": Slot(name="toppings", type="list", initial_value=["cheese"]),
        "requested_slot": Slot(name="requested_slot", type="text"),
    },
    forms={"pizza_form": Form(name="pizza_form", required_slots=("size",))},
)


def user(intent: str, text: str | None = None) -> UserUttered:
    return UserUttered(text=text or f"/{intent}", parse_data={"intent": {"name": intent}, "entities": []})


def did(name: str) -> ActionExecuted:
    return ActionExecuted(name=name)


def listen() -> ActionExecuted:
    return did("action_listen")


def slot(name: str, value: object) -> SlotSet:
    return SlotSet(name=name, value=value)


def loop(name: str | None) -> ActiveLoop:
    return ActiveLoop(name=name)


def tracker_of(*events: Event) -> Tracker:
    return Tracker.from_events("ann", DOMAIN, events)


def in_short(events: list[Event]) -> list[str]:
    """``user greet``, ``action utter_greet``, ``slot size=big``, ``active_loop pizza_form``, ``bot``."""
    return [_short(event) for event in events]


def _short(event: Event) -> str:
    data = event_to_dict(event)
    match data["event"]:
        case "user":
            return f"user {event.intent}"
        case "slot":
            return f"slot {data['name']}={data['value']}"
        case kind:
            return f"{kind} {data['name']}" if "name" in data else kind

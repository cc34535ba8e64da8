"""End-to-end test cases: whole conversations, and what the bot must say and remember in them."""

from __future__ import annotations

from typing import Any

import msgspec

from framework.dialogue.action_runner import ActionResult
from framework.errors import Location


class UserSays(msgspec.Struct, frozen=True, kw_only=True):
    """The user sends a message, with metadata as their channel would."""

    text: str
    metadata: dict[str, Any] = msgspec.field(default_factory=dict)
    where: Location | None = None


class BotSays(msgspec.Struct, frozen=True, kw_only=True):
    """The bot must say exactly this text."""

    text: str
    where: Location | None = None


class BotUtters(msgspec.Struct, frozen=True, kw_only=True):
    """The bot must say this response of the domain, in whichever variation."""

    response: str
    where: Location | None = None


class SlotIsSet(msgspec.Struct, frozen=True, kw_only=True):
    """A slot must take a value in this turn; any value where ``has_value`` is False."""

    name: str
    value: Any = None
    has_value: bool = True
    where: Location | None = None


class SlotIsNotSet(msgspec.Struct, frozen=True, kw_only=True):
    """A slot must not take a value in this turn; not this one, if ``has_value``."""

    name: str
    value: Any = None
    has_value: bool = True
    where: Location | None = None


Expectation = BotSays | BotUtters | SlotIsSet | SlotIsNotSet
E2EStep = UserSays | Expectation


class E2ECase(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation. ``slots`` are set before it begins; ``stubs`` answer in place of actions of these names."""

    name: str
    steps: tuple[E2EStep, ...]
    slots: dict[str, Any] = msgspec.field(default_factory=dict)
    stubs: dict[str, ActionResult] = msgspec.field(default_factory=dict)
    where: Location | None = None


def step_to_dict(step: E2EStep) -> dict[str, Any]:
    """The step as its author writes it."""
    match step:
        case UserSays():
            return {"user": step.text}
        case BotSays():
            return {"bot": step.text}
        case BotUtters():
            return {"utter": step.response}
        case SlotIsSet():
            return {"slot_was_set": [_slot(step)]}
        case SlotIsNotSet():
            return {"slot_was_not_set": [_slot(step)]}


def _slot(step: SlotIsSet | SlotIsNotSet) -> Any:
    return {step.name: step.value} if step.has_value else step.name

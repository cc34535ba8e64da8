"""Whether a message was understood as its author says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER
from framework.bot.stories import StepEntity, UserStep
from framework.nlu.parse import ParseData

SHORTHAND_PREFIX = "/"


def base_intent(name: str | None) -> str | None:
    """An intent without the response key of a retrieval intent."""
    return name.partition(RESPONSE_KEY_DELIMITER)[0] if name else None


def found_intent(step: UserStep, parsed: ParseData) -> str | None:
    """The intent that was found; with its response key where it is not the one that the step has."""
    found: dict[str, Any] = parsed.get("intent") or {}
    name: str | None = found.get("name")
    return name if name == step.intent else found.get("full_retrieval_intent_name") or name


def is_understood(step: UserStep, parsed: ParseData) -> bool:
    """Whether the intent is the one that is written, and the entities are exactly those that are marked.

    Values are compared as texts. Role and group count where the author wrote them. In the short form
    (``/inform{"city": "Rome"}``) the entities are what it says.
    """
    if step.intent is not None and found_intent(step, parsed) != step.intent:
        return False
    if step.intent is None and not step.entities:
        return True
    if step.text is not None and step.text.startswith(SHORTHAND_PREFIX):
        return True
    found: list[dict[str, Any]] = parsed.get("entities") or []
    return all(any(_is(entity, one) for one in found) for entity in step.entities) and all(
        any(_is(entity, one) for entity in step.entities) for one in found
    )


def entities_of(step: UserStep) -> list[dict[str, Any]]:
    """The entities of a step as those of a message; what the author did not write is left out."""
    return [_without_nothing(entity) for entity in step.entities]


def brief(entities: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What authors write of entities: type, value, role, group and place."""
    keys = ("entity", "value", "role", "group", "start", "end")
    return [{key: entity[key] for key in keys if entity.get(key) is not None} for entity in entities]


def _without_nothing(entity: StepEntity) -> dict[str, Any]:
    fields = ("entity", "value", "role", "group", "start", "end")
    return {name: value for name in fields if (value := getattr(entity, name)) is not None}


def _is(written: StepEntity, found: dict[str, Any]) -> bool:
    if written.entity != found.get("entity"):
        return False
    if written.value is not None and str(written.value) != str(found.get("value")):
        return False
    place = (written.start, written.end)
    if written.start is not None and place != (found.get("start"), found.get("end")):
        return False
    return all(
        getattr(written, part) is None or getattr(written, part) == found.get(part) for part in ("role", "group")
    )

"""Writes a conversation as an end-to-end story, ready to become a test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from framework.bot.domain import SESSION_METADATA_SLOT
from framework.conversation.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from framework.conversation.tracker import ACTION_LISTEN, ACTION_SESSION_START, Tracker

_PLAIN = re.compile(r"[A-Za-z_][\w/+-]*")
_NOT_PLAIN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_LEFT_OUT = frozenset({ACTION_LISTEN, ACTION_SESSION_START})


def write_stories(tracker: Tracker, *, all_sessions: bool) -> str:
    """The conversation's latest session as a story; with ``all_sessions`` one story for each."""
    sessions = _sessions(tracker.events)
    trackers = [Tracker.from_events(tracker.sender_id, tracker.domain, events) for events in sessions]
    if not all_sessions:
        trackers = trackers[-1:]
    lines = ['version: "3.1"', "stories:"]
    for number, session in enumerate(trackers, 1):
        name = f"{session.sender_id}, story {number}" if len(trackers) > 1 else session.sender_id
        lines += [f"- story: {_scalar(name)}", "  steps:", *_steps(session.applied_events())]
    return "\n".join(lines) + "\n"


def _sessions(events: Sequence[Event]) -> list[list[Event]]:
    sessions: list[list[Event]] = [[]]
    for event in events:
        if isinstance(event, ActionExecuted) and event.name == ACTION_SESSION_START and sessions[-1]:
            sessions.append([])
        sessions[-1].append(event)
    return sessions


def _steps(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        match event:
            case UserUttered():
                yield from _user_step(event)
            case ActionExecuted(name=str(name)) if name not in _LEFT_OUT:
                yield f"  - action: {_scalar(name)}"
            case ActionExecuted(name=None, action_text=str(text)):
                yield f"  - bot: {_scalar(text)}"
            case SlotSet() if event.name != SESSION_METADATA_SLOT:
                yield "  - slot_was_set:"
                yield f"    - {_scalar(event.name)}: {json.dumps(event.value, ensure_ascii=False)}"
            case ActiveLoop():
                yield f"  - active_loop: {'null' if event.name is None else _scalar(event.name)}"


def _user_step(message: UserUttered) -> Iterator[str]:
    if (message.metadata or {}).get("is_external") and message.intent is not None:
        yield from _external_step(message.intent, message.entities)
        return
    text = _annotated(message.text or "", message.entities)
    if message.intent is None:
        yield f"  - user: {json.dumps(text, ensure_ascii=False)}"
        return
    yield f"  - intent: {_scalar(message.intent)}"
    if text != text.strip() or not text.replace("\n", "").isprintable():
        yield f"    user: {json.dumps(text, ensure_ascii=False)}"
        return
    yield "    user: |-"
    yield from (f"      {line}" for line in text.split("\n"))


def _external_step(intent: str, entities: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What a reminder or another system triggered; it has no text that could be understood again."""
    yield f"  - intent: {_scalar(intent)}"
    if entities:
        yield "    entities:"
    for entity in entities:
        marks = [f"{key}: {_scalar(str(entity[key]))}" for key in ("role", "group") if entity.get(key) is not None]
        named = f"{_scalar(entity['entity'])}: {json.dumps(entity.get('value'), ensure_ascii=False)}"
        yield f"    - {{{', '.join([named, *marks])}}}"


def _annotated(text: str, entities: Iterable[dict[str, Any]]) -> str:
    """The text with its entities marked as in training data; entities without a place in it are left out."""
    placed = [entity for entity in entities if isinstance(entity.get("start"), int) and not text.startswith("/")]
    for entity in sorted(placed, key=lambda entity: entity["start"], reverse=True):
        start, end = entity["start"], entity["end"]
        keys = ("entity", "role", "group", "value")
        marks = {key: entity[key] for key in keys if entity.get(key) is not None and entity[key] != text[start:end]}
        text = f"{text[:start]}[{text[start:end]}]{json.dumps(marks, ensure_ascii=False)}{text[end:]}"
    return text


def _scalar(text: str) -> str:
    """A YAML scalar: bare where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
        return text
    return json.dumps(text, ensure_ascii=False)

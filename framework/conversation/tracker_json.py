"""A tracker as JSON-like data: the form that the HTTP API, action servers and NLG servers know."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec

from framework.conversation.events import event_to_dict
from framework.conversation.moment import parse_data_of
from framework.conversation.tracker import Tracker


class EventVerbosity(StrEnum):
    """Which events to write: none, those that still count, those since the last restart, or all that are loaded."""

    NONE = "NONE"
    APPLIED = "APPLIED"
    AFTER_RESTART = "AFTER_RESTART"
    ALL = "ALL"


def tracker_to_dict(tracker: Tracker, verbosity: EventVerbosity = EventVerbosity.NONE) -> dict[str, Any]:
    """Writes a tracker with Rasa's keys; ``events`` is None where none are wanted."""
    return tracker_with_events(tracker, _events(tracker, verbosity))


def tracker_with_events(tracker: Tracker, events: Sequence[Any] | None) -> dict[str, Any]:
    """Writes a tracker with Rasa's keys, and with these events as they are, which msgspec can encode."""
    loop = tracker.active_loop
    return {
        "sender_id": tracker.sender_id,
        "slots": dict(tracker.slots),
        "latest_message": parse_data_of(tracker.latest_message),
        "latest_event_time": tracker.latest_event_time,
        "followup_action": tracker.followup_action,
        "paused": tracker.paused,
        "events": events,
        "latest_input_channel": tracker.latest_input_channel,
        "active_loop": msgspec.structs.asdict(loop) if loop else {},
        "latest_action": _latest_action(tracker),
        "latest_action_name": tracker.latest_action_name,
    }


def _events(tracker: Tracker, verbosity: EventVerbosity) -> list[dict[str, Any]] | None:
    match verbosity:
        case EventVerbosity.NONE:
            return None
        case EventVerbosity.APPLIED:
            events = tracker.applied_events()
        case EventVerbosity.AFTER_RESTART:
            events = tracker.events_since_restart()
        case EventVerbosity.ALL:
            events = tracker.events[:]
    return [event_to_dict(event) for event in events]


def _latest_action(tracker: Tracker) -> dict[str, str]:
    action = tracker.latest_action
    if action is None:
        return {}
    if action.name:
        return {"action_name": action.name}
    return {"action_text": action.action_text} if action.action_text else {}

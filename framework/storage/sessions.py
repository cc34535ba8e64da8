"""Where the latest session of a conversation begins."""

from __future__ import annotations

from collections.abc import Sequence

from framework.conversation.events import ActionExecuted, Event, SessionStarted


def session_start(events: Sequence[Event]) -> int | None:
    """The place of the first event of the latest session; None where no session starts among the events.

    A session begins with the ``action_session_start`` that announces it, where there is one.
    """
    for place in range(len(events) - 1, -1, -1):
        if isinstance(events[place], SessionStarted):
            return place - 1 if place and _announces_session(events[place - 1]) else place
    return None


def _announces_session(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.name == "action_session_start"

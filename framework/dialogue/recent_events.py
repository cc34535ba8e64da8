"""How much of a conversation is sent to the services that a bot calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from framework.conversation.events import Event, UserUttered
from framework.errors import BotError, Problem

if TYPE_CHECKING:
    from framework.bot.endpoints import Endpoint

DEFAULT_MAX_EVENTS = 100
"""Those of ten turns or more; what an action looks at is among the latest few."""
KEY = "max_events"


def max_events_of(endpoint: Endpoint | None) -> int | None:
    """The ``max_events`` of a section in ``endpoints.yml``; None for no limit.

    Raises:
        BotError: it is no whole number above 0.
    """
    limit = endpoint.options.get(KEY, DEFAULT_MAX_EVENTS) if endpoint is not None else DEFAULT_MAX_EVENTS
    if limit is None:
        return None
    if isinstance(limit, str) and limit.isdecimal():  # as the text of an environment variable comes in
        limit = int(limit)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise BotError(
            Problem(
                code="invalid-endpoint",
                what=f"max_events must be a whole number above 0, but is {limit!r}",
                where=endpoint.places.get(KEY) if endpoint is not None else None,
                fix=f"leave it out for {DEFAULT_MAX_EVENTS}, or write null to send all events of a session",
            )
        )
    return limit


def recent_events(events: Sequence[Event], limit: int | None) -> list[Event]:
    """The latest events, at most ``limit``, but never less than the turn under way."""
    if limit is None or len(events) <= limit:
        return list(events)
    first = len(events) - limit
    later = range(first, len(events))
    if not any(isinstance(events[place], UserUttered) for place in later):
        first = next((place for place in reversed(range(first)) if isinstance(events[place], UserUttered)), first)
    return list(events[first:])

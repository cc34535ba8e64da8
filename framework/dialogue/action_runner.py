"""Running a bot's own actions: what comes back, and the port behind which they live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from framework import __version__
from framework.conversation.tracker_json import tracker_with_events
from framework.dialogue.recent_events import recent_events

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker


class ActionRejected(Exception):
    """An action declined to run; other policies may say what comes instead."""

    def __init__(self, action: str, reason: str | None = None) -> None:
        super().__init__(reason or f"action {action!r} declined to run")
        self.action = action


class ActionFailed(Exception):
    """An action could not be run, or broke while it ran. The conversation goes on without its events."""


class ActionResult(msgspec.Struct):
    """What an action answered: events and responses as JSON-like data, as the protocol has them."""

    events: list[dict[str, Any]] = msgspec.field(default_factory=list)
    responses: list[dict[str, Any]] = msgspec.field(default_factory=list)


class ActionRunner(Protocol):
    """Runs the bot's own actions, wherever they live."""

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        """Runs one action in the state of a conversation.

        Raises:
            ActionRejected: the action declined.
            ActionFailed: it could not be run, or broke.
        """

    async def close(self) -> None:
        """Frees what the runner holds."""


def action_call(name: str, tracker: Tracker, domain: Any, max_events: int | None) -> dict[str, Any]:
    """The request of the action-server protocol, for msgspec to encode.

    ``max_events`` is how many of the conversation's events it has at most, all if None.
    """
    return {
        "next_action": name,
        "sender_id": tracker.sender_id,
        "tracker": tracker_with_events(tracker, recent_events(tracker.events, max_events)),
        "domain": domain,
        "version": __version__,
    }

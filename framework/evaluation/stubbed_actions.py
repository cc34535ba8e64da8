"""Answers for the bot's own actions in tests, where running them is not wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from framework.dialogue.action_runner import ActionFailed, ActionResult, ActionRunner

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker

Stubs = Mapping[str, Mapping[str, ActionResult]]
"""For each conversation, by its sender: what actions of which names answer."""


class StubbedActions:
    """Answers with stubs where a conversation has them, and has everything else run for real."""

    def __init__(self, stubs: Stubs, real: ActionRunner | None) -> None:
        self._stubs = stubs
        self._real = real

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        """Runs one action in the state of a conversation.

        Raises:
            ActionRejected: the action declined.
            ActionFailed: it has no stub and cannot be run, or broke.
        """
        stub = self._stubs.get(tracker.sender_id, {}).get(name)
        if stub is not None:
            return stub
        if self._real is None:
            raise ActionFailed(f"action {name!r} has no stub, and nothing can run it")
        return await self._real.run(name, tracker)

    async def close(self) -> None:
        """Frees what the real runner holds."""
        if self._real is not None:
            await self._real.close()

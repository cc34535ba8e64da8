"""Loops: actions that keep a conversation on one subject until they are done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from framework.conversation.events import ActiveLoop, Event
from framework.dialogue.actions.action import Action, ActionContext


class Loop(Protocol):
    """What a loop does at each of its executions. ``so_far`` are the events that this execution has made."""

    name: str

    async def activate(self, context: ActionContext) -> list[Event]:
        """Begins; the loop is already active in the tracker."""

    async def step(self, context: ActionContext, so_far: Sequence[Event]) -> list[Event]:
        """Takes in what the user said, and asks for more."""

    async def is_done(self, context: ActionContext, so_far: Sequence[Event]) -> bool:
        """Whether the loop has what it wants, or gives up."""

    async def deactivate(self, context: ActionContext) -> list[Event]:
        """Ends; what the conversation is to look like afterwards."""


class LoopAction(Action):
    """Runs a loop: activates it at its first execution, deactivates it when it is done."""

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop.name)
        self._loop = loop

    async def run(self, context: ActionContext) -> list[Event]:
        """One execution: activation if it is the first, a step if there is more to do, deactivation if not."""
        loop = self._loop
        events: list[Event] = []
        if context.tracker.active_loop_name != loop.name:
            events = await self._activate(context)
        if not await loop.is_done(context, events):
            events += await loop.step(context, events)
        if await loop.is_done(context, events):
            events.append(ActiveLoop(name=None))
            events += await loop.deactivate(context)
        return events

    async def _activate(self, context: ActionContext) -> list[Event]:
        activation = ActiveLoop(name=self._loop.name)
        tracker = context.tracker.copy()
        tracker.apply(activation)
        return [activation, *await self._loop.activate(context.with_tracker(tracker))]

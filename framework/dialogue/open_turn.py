"""A turn in progress: what has happened in it, what of that is stored, and what is said once it is."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from framework.conversation.events import BotUttered, Event, ReminderScheduled
from framework.dialogue.messages import bot_message
from framework.dialogue.reminders import named, reminder_of
from framework.errors import EnvironmentProblem

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker
    from framework.dialogue.channel import OutputChannel
    from framework.storage.ports import TrackerStore
    from framework.storage.reminders import Reminder, Reminders

_log = logging.getLogger(__name__)


class OpenTurn:
    """Collects the events of a turn; a response leaves only after the event that carries it is stored.

    ``stamp`` is added to every event's metadata: which model and which assistant made it. With no ``output``
    nothing is delivered. With no ``reminders``, those that are scheduled have no effect.
    """

    def __init__(
        self,
        tracker: Tracker,
        store: TrackerStore,
        output: OutputChannel | None,
        *,
        stamp: dict[str, Any],
        hook: Any,
        reminders: Reminders | None = None,
    ) -> None:
        self.tracker = tracker
        self._store = store
        self._output = output
        self._stamp = stamp
        self._hook = hook
        self._reminders = reminders
        self._pending: list[Event] = []
        self._scheduled: list[Reminder] = []

    @property
    def channel(self) -> str:
        """The name by which responses know the channel."""
        return self._output.name if self._output is not None else self.tracker.latest_input_channel or ""

    def speak_through(self, output: OutputChannel | None) -> None:
        """Delivers what the bot says from now on elsewhere, or nowhere."""
        self._output = output

    def record(self, events: Iterable[Event]) -> None:
        """Makes events happen now."""
        for event in events:
            self._schedule(self._add(event, time.time()))

    def adopt(self, events: Iterable[Event]) -> None:
        """Takes in events that happened elsewhere, at the time that they say. Without an output they have no effect."""
        for event in events:
            added = self._add(event, event.timestamp)
            if self._output is not None:
                self._schedule(added)

    def _add(self, event: Event, timestamp: float) -> Event:
        metadata = {**self._stamp, **event.metadata} if event.metadata else dict(self._stamp)
        stamped: Event = msgspec.structs.replace(named(event), timestamp=timestamp, metadata=metadata)
        self.tracker.apply(stamped)
        self._pending.append(stamped)
        return stamped

    def _schedule(self, event: Event) -> None:
        if isinstance(event, ReminderScheduled):
            reminder = reminder_of(self.tracker.sender_id, event)
            if reminder is not None:
                self._scheduled.append(reminder)

    async def deliver_before_wait(self) -> None:
        """Stores what has happened so far and says it, if there is something to say: the user is about to wait."""
        if any(isinstance(event, BotUttered) for event in self._pending):
            await self.commit()

    async def commit(self) -> None:
        """Stores what has happened since the last commit, in one write, and then says it.

        Raises:
            VersionConflict: somebody else wrote to the conversation; nothing was stored, and the tracker is of no use.
        """
        events, self._pending = self._pending, []
        if not events:
            return
        self.tracker.version = await self._append(events)
        self._hook.events_appended(sender_id=self.tracker.sender_id, events=events)
        await self._deliver(event for event in events if isinstance(event, BotUttered))

    async def _append(self, events: list[Event]) -> int:
        tracker = self.tracker
        scheduled, self._scheduled = self._scheduled, []
        if self._reminders is None or not scheduled:
            return await self._store.append(tracker.sender_id, events, expected_version=tracker.version)
        return await self._reminders.append(tracker.sender_id, events, scheduled, expected_version=tracker.version)

    async def _deliver(self, said: Iterable[BotUttered]) -> None:
        if self._output is None:
            return
        sender_id = self.tracker.sender_id
        for event in said:
            message = bot_message(event)
            message = self._hook.response_sending(sender_id=sender_id, response=message) or message
            try:
                await self._output.send(sender_id, message)
            except EnvironmentProblem:
                _log.exception("channel %r did not deliver a response to %r", self._output.name, sender_id)

"""A turn in progress: what has happened in it, what of that is stored, and what is said once it is."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from framework.conversation.events import BotUttered, Event
from framework.dialogue.messages import bot_message
from framework.errors import EnvironmentProblem

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker
    from framework.dialogue.channel import OutputChannel
    from framework.storage.ports import TrackerStore

_log = logging.getLogger(__name__)


class OpenTurn:
    """Collects the events of a turn; a response leaves only after the event that carries it is stored.

    ``stamp`` is added to every event's metadata: which model and which assistant made it. With no ``output``
    nothing is delivered.
    """

    def __init__(
        self, tracker: Tracker, store: TrackerStore, output: OutputChannel | None, *, stamp: dict[str, Any], hook: Any
    ) -> None:
        self.tracker = tracker
        self._store = store
        self._output = output
        self._stamp = stamp
        self._hook = hook
        self._pending: list[Event] = []

    @property
    def channel(self) -> str:
        """The name by which responses know the channel."""
        return self._output.name if self._output is not None else self.tracker.latest_input_channel or ""

    def record(self, events: Iterable[Event]) -> None:
        """Makes events happen now."""
        for event in events:
            self._add(event, time.time())

    def adopt(self, events: Iterable[Event]) -> None:
        """Takes in events that happened elsewhere, at the time that they say."""
        for event in events:
            self._add(event, event.timestamp)

    def _add(self, event: Event, timestamp: float) -> None:
        metadata = {**self._stamp, **event.metadata} if event.metadata else dict(self._stamp)
        stamped = msgspec.structs.replace(event, timestamp=timestamp, metadata=metadata)
        self.tracker.apply(stamped)
        self._pending.append(stamped)

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
        tracker = self.tracker
        tracker.version = await self._store.append(tracker.sender_id, events, expected_version=tracker.version)
        self._hook.events_appended(sender_id=tracker.sender_id, events=events)
        await self._deliver(event for event in events if isinstance(event, BotUttered))

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

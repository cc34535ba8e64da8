"""Carries stored events from the outbox to the event broker: at least once, in order, for as long as it takes."""

from __future__ import annotations

import asyncio
import logging

from framework.errors import EnvironmentProblem
from framework.storage.ports import EventBroker, Outbox, OutboxEntry

logger = logging.getLogger(__name__)

_ENTRIES_AT_ONCE = 100
_FIRST_DELAY_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 30.0


class BrokerForwarder:
    """A background task that publishes what the outbox holds and waits while the broker is unreachable."""

    def __init__(self, outbox: Outbox, broker: EventBroker) -> None:
        self._outbox = outbox
        self._broker = broker
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to publish, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name="broker-forwarder")

    async def stop(self) -> None:
        """Stops after the entry under way; what remains stays in the outbox."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            try:
                for entry in await self._outbox.pending(_ENTRIES_AT_ONCE):
                    await self._publish(entry)
                    await self._outbox.done(entry.sequence)
            except EnvironmentProblem as error:
                logger.warning("outbox.unreadable error=%s retry_seconds=%s", error, _LONGEST_DELAY_SECONDS)
                await asyncio.sleep(_LONGEST_DELAY_SECONDS)

    async def _publish(self, entry: OutboxEntry) -> None:
        delay = _FIRST_DELAY_SECONDS
        while True:
            try:
                await self._broker.publish(entry.sender_id, entry.events)
            except Exception as error:  # noqa: BLE001 - whatever a broker's plugin raises, its events must wait
                logger.warning("broker.unreachable error=%s retry_seconds=%s", error, delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _LONGEST_DELAY_SECONDS)
            else:
                return

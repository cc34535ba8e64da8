"""Waits for reminders to become due, and has each fired by this process or by another one, but not by both."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from framework.errors import EnvironmentProblem
from framework.storage.reminders import Reminder, Reminders

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
"""For how long a claim holds unless it is renewed: after a crash, the reminder is late by this at most."""

_LONGEST_WAIT_SECONDS = 30.0
_RENEWALS_A_LEASE = 3
_MOST_AT_ONCE = 20
_MOST_ATTEMPTS = 5

Fire = Callable[[Reminder], Awaitable[None]]


class ReminderClock:
    """A background task that sleeps until the next reminder is due.

    It looks again at least every half a minute: another process may have died with a reminder in its hands, or the
    machine's clock may have been set. While not ``is_ready`` it claims nothing.
    """

    def __init__(self, reminders: Reminders, fire: Fire, is_ready: Callable[[], bool]) -> None:
        self._reminders = reminders
        self._fire = fire
        self._is_ready = is_ready
        self._is_stopping = False
        self._task: asyncio.Task[None] | None = None
        self._firing: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begins, in the running event loop, with the reminders that are overdue."""
        self._task = asyncio.create_task(self._run(), name="reminder-clock")

    def wake(self) -> None:
        """Looks at once, because something has changed."""
        self._reminders.added.set()

    async def stop(self) -> None:
        """Claims no more reminders, and ends those that are being fired."""
        self._is_stopping = True
        self.wake()
        if self._task is not None:
            await self._task
        if self._firing:
            await asyncio.wait(self._firing)

    async def _run(self) -> None:
        while not self._is_stopping:
            self._reminders.added.clear()
            try:
                pause = await self._seconds_to_wait()
                if pause <= 0:
                    await self._fire_those_due()
            except EnvironmentProblem as error:
                pause = _LONGEST_WAIT_SECONDS
                logger.warning("reminders.unreadable error=%s retry_seconds=%s", error, pause)
            if pause > 0 and not self._is_stopping:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._reminders.added.wait(), pause)

    async def _seconds_to_wait(self) -> float:
        due = await self._reminders.next_due() if self._is_ready() else None
        if due is None:
            return _LONGEST_WAIT_SECONDS
        return min(due - time.time(), _LONGEST_WAIT_SECONDS)

    async def _fire_those_due(self) -> None:
        if len(self._firing) >= _MOST_AT_ONCE:
            await asyncio.wait(self._firing, return_when=asyncio.FIRST_COMPLETED)
        free = _MOST_AT_ONCE - len(self._firing)
        now = time.time()
        for reminder in await self._reminders.claim(free, now=now, until=now + LEASE_SECONDS):
            task = asyncio.create_task(self._see_to(reminder), name="reminder")
            self._firing.add(task)
            task.add_done_callback(self._has_ended)

    async def _see_to(self, reminder: Reminder) -> None:
        if reminder.attempts > _MOST_ATTEMPTS:
            logger.error("reminder.given_up name=%s conversation=%s", reminder.event.name, reminder.sender_id)
        else:
            renewal = asyncio.create_task(self._renew(reminder))
            try:
                await self._fire(reminder)
            finally:
                renewal.cancel()
        await self._reminders.done(reminder)

    async def _renew(self, reminder: Reminder) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / _RENEWALS_A_LEASE)
            with contextlib.suppress(EnvironmentProblem):
                await self._reminders.hold(reminder, until=time.time() + LEASE_SECONDS)

    def _has_ended(self, task: asyncio.Task[None]) -> None:
        self._firing.discard(task)
        if not task.cancelled() and task.exception() is not None:
            # The claim runs out, and the reminder is tried again.
            logger.error("reminder.failed retry_seconds=%s", LEASE_SECONDS, exc_info=task.exception())

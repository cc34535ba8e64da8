"""Reminders in memory: for the store that forgets everything, and for stores that have no place for reminders."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from typing_extensions import override

from framework.conversation.events import Event
from framework.storage.ports import TrackerStore
from framework.storage.reminders import Reminder, Reminders


class InMemoryReminders(Reminders):
    """Keeps reminders beside a tracker store; those that wait when the process ends are lost."""

    def __init__(self, store: TrackerStore) -> None:
        super().__init__()
        self._store = store
        self._waiting: dict[tuple[str, str | None], Reminder] = {}

    @override
    async def append(
        self, sender_id: str, events: Sequence[Event], reminders: Sequence[Reminder], *, expected_version: int
    ) -> int:
        version = await self._store.append(sender_id, events, expected_version=expected_version)
        self._waiting.update({_key(reminder): reminder for reminder in reminders})
        self.added.set()
        return version

    @override
    async def next_due(self) -> float | None:
        return min((reminder.due for reminder in self._waiting.values()), default=None)

    @override
    async def claim(self, limit: int, *, now: float, until: float) -> list[Reminder]:
        due = sorted((each for each in self._waiting.values() if each.due <= now), key=lambda each: each.due)
        claimed = [msgspec.structs.replace(each, due=until, attempts=each.attempts + 1) for each in due[:limit]]
        self._waiting.update({_key(reminder): reminder for reminder in claimed})
        return claimed

    @override
    async def hold(self, reminder: Reminder, *, until: float) -> None:
        if self._has(reminder):
            self._waiting[_key(reminder)] = msgspec.structs.replace(reminder, due=until)

    @override
    async def done(self, reminder: Reminder) -> None:
        if self._has(reminder):
            del self._waiting[_key(reminder)]

    def _has(self, reminder: Reminder) -> bool:
        waiting = self._waiting.get(_key(reminder))
        return waiting is not None and waiting.event.timestamp == reminder.event.timestamp


def _key(reminder: Reminder) -> tuple[str, str | None]:
    return reminder.sender_id, reminder.event.name

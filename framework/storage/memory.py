"""A tracker store that forgets everything when the process ends; for tests and trials."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from typing_extensions import override

from framework.conversation.events import Event
from framework.storage.ports import Outbox, OutboxEntry, StoredConversation, TrackerStore, VersionConflict
from framework.storage.sessions import session_start


class InMemoryTrackerStore(TrackerStore):
    """Keeps conversations in a dictionary."""

    def __init__(self) -> None:
        self._conversations: dict[str, StoredConversation] = {}
        self._outbox: InMemoryOutbox | None = None

    @override
    async def load(self, sender_id: str) -> StoredConversation:
        stored = await self.load_all(sender_id)
        start = session_start(stored.events) or 0
        return StoredConversation(sender_id=sender_id, events=stored.events[start:], version=stored.version)

    @override
    async def load_all(self, sender_id: str) -> StoredConversation:
        stored = self._conversations.get(sender_id)
        if stored is None:
            return StoredConversation(sender_id=sender_id, events=[], version=0)
        return StoredConversation(sender_id=sender_id, events=list(stored.events), version=stored.version)

    @override
    async def version(self, sender_id: str) -> int:
        stored = self._conversations.get(sender_id)
        return stored.version if stored else 0

    @override
    async def append(self, sender_id: str, events: Sequence[Event], *, expected_version: int) -> int:
        stored = self._conversations.get(sender_id) or StoredConversation(sender_id=sender_id, events=[], version=0)
        if stored.version != expected_version:
            raise VersionConflict(f"{sender_id!r} is at version {stored.version}, not {expected_version}")
        if not events:
            return expected_version
        stored.events.extend(events)
        return self._put(stored, events, stored.version + len(events))

    @override
    async def replace(self, sender_id: str, events: Sequence[Event]) -> int:
        version = await self.version(sender_id) + max(len(events), 1)
        return self._put(StoredConversation(sender_id=sender_id, events=list(events), version=version), events, version)

    def _put(self, stored: StoredConversation, new: Sequence[Event], version: int) -> int:
        self._conversations[stored.sender_id] = StoredConversation(
            sender_id=stored.sender_id, events=stored.events, version=version
        )
        if self._outbox is not None:
            self._outbox.add(stored.sender_id, new)
        return version

    @override
    async def sender_ids(self) -> AsyncIterator[str]:
        for sender_id in sorted(self._conversations):
            yield sender_id

    @override
    def outbox(self) -> Outbox:
        if self._outbox is None:
            self._outbox = InMemoryOutbox()
        return self._outbox


class InMemoryOutbox(Outbox):
    """Entries that wait for the event broker; what waits when the process ends is lost."""

    def __init__(self) -> None:
        self._entries: list[OutboxEntry] = []
        self._last = 0
        self._filled = asyncio.Event()

    def add(self, sender_id: str, events: Sequence[Event]) -> None:
        """Puts an append at the end."""
        self._last += 1
        self._entries.append(OutboxEntry(self._last, sender_id, list(events)))
        self._filled.set()

    @override
    async def pending(self, limit: int) -> list[OutboxEntry]:
        await self._filled.wait()
        return self._entries[:limit]

    @override
    async def done(self, sequence: int) -> None:
        self._entries = [entry for entry in self._entries if entry.sequence > sequence]
        if not self._entries:
            self._filled.clear()

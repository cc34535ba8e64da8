"""What a store must do, whatever database is behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager

import msgspec

from framework.conversation.events import Event


class VersionConflict(Exception):
    """Another writer appended to the conversation first; load it again and retry."""


class StoredConversation(msgspec.Struct, frozen=True, kw_only=True):
    """Events of a conversation as stored, and the version they make (the number of events ever appended)."""

    sender_id: str
    events: list[Event]
    version: int


class TrackerStore(ABC):
    """Keeps the events of conversations, in order, for ever."""

    @abstractmethod
    async def load(self, sender_id: str) -> StoredConversation:
        """The events from the start of the latest session on; none and version 0 for an unknown conversation."""

    @abstractmethod
    async def load_all(self, sender_id: str) -> StoredConversation:
        """All events of all sessions."""

    @abstractmethod
    async def version(self, sender_id: str) -> int:
        """The conversation's version, without its events; 0 where it is unknown."""

    @abstractmethod
    async def append(self, sender_id: str, events: Sequence[Event], *, expected_version: int) -> int:
        """Appends events durably and in one step; returns the new version.

        Raises:
            VersionConflict: the stored version is not ``expected_version``; nothing was written.
        """

    @abstractmethod
    async def replace(self, sender_id: str, events: Sequence[Event]) -> int:
        """Replaces all events of a conversation; returns the new version, higher than any before."""

    @abstractmethod
    def sender_ids(self) -> AsyncIterator[str]:
        """The ids of all conversations."""

    async def open(self) -> None:  # noqa: B027 - a store may have nothing to open
        """Connects; called once, in the server's event loop."""

    async def close(self) -> None:  # noqa: B027 - a store may have nothing to close
        """Writes what is pending and disconnects."""


class LockStore(ABC):
    """Lets one turn at a time have a conversation, first come first served."""

    @abstractmethod
    def lock(self, sender_id: str) -> AbstractAsyncContextManager[None]:
        """Waits for the conversation, and holds it inside the ``async with`` block."""


class EventBroker(ABC):
    """Takes a copy of every event that is stored, at least once and in order per conversation."""

    @abstractmethod
    async def publish(self, sender_id: str, events: Sequence[Event]) -> None:
        """Hands events on; returns once they are safe."""

    async def close(self) -> None:  # noqa: B027 - a broker may have nothing to close
        """Sends what is pending and disconnects."""

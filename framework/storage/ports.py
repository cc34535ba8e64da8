"""What a store must do, whatever database is behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec
from pydantic import BaseModel, ConfigDict

from framework.conversation.events import Event

if TYPE_CHECKING:
    from framework.storage.reminders import Reminders


class ServiceConfig(BaseModel):
    """Base of every service's ``Config``: the keys of its section in ``endpoints.yml``, less ``type``."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """What a service may know of its surroundings."""

    bot_folder: Path = Path()


class Service(ABC):  # noqa: B024 - each kind of service has its own abstract methods
    """What ``endpoints.yml`` can name: made from a typed config, opened before use and closed after it."""

    Config: ClassVar[type[Any]] = ServiceConfig

    @classmethod
    def create(cls, config: Any, context: ServiceContext) -> Self:  # noqa: ARG003 - for those that need them
        """Makes the service from its section in ``endpoints.yml``; connects to nothing yet."""
        return cls()

    async def open(self) -> None:  # noqa: B027 - a service may have nothing to open
        """Connects; called once, in the server's event loop."""

    async def close(self) -> None:  # noqa: B027 - a service may have nothing to close
        """Finishes what is pending and disconnects."""


class VersionConflict(Exception):
    """Another writer appended to the conversation first; load it again and retry."""


class StoredConversation(msgspec.Struct, frozen=True, kw_only=True):
    """Events of a conversation as stored, and the version they make (the number of events ever appended)."""

    sender_id: str
    events: list[Event]
    version: int


class OutboxEntry(msgspec.Struct, frozen=True):
    """Events that one append stored, and the place of that append in the order of all."""

    sequence: int
    sender_id: str
    events: list[Event]


class Outbox(ABC):
    """The appends that the event broker has not taken yet, in the order in which they were stored."""

    @abstractmethod
    async def pending(self, limit: int) -> list[OutboxEntry]:
        """The oldest entries, at most ``limit``; waits until there is one."""

    @abstractmethod
    async def done(self, sequence: int) -> None:
        """Notes durably that all entries up to and including this one have been published."""


class TrackerStore(Service):
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

    def outbox(self) -> Outbox | None:
        """Where an event broker reads what was stored; None for a store that has no such thing."""
        return None

    def reminders(self, queue: str) -> Reminders | None:  # noqa: ARG002 - for stores that have them
        """The reminders of a queue, asked for before :meth:`open`.

        None for a store that keeps no reminders: they are then kept in memory, and lost when the process ends.
        """
        return None


class LockStore(Service):
    """Lets one turn at a time have a conversation, first come first served."""

    @abstractmethod
    def lock(self, sender_id: str) -> AbstractAsyncContextManager[None]:
        """Waits for the conversation, and holds it inside the ``async with`` block."""


class EventBroker(Service):
    """Takes a copy of every event that is stored, at least once and in order per conversation."""

    @abstractmethod
    async def publish(self, sender_id: str, events: Sequence[Event]) -> None:
        """Hands events on; returns once they are safe."""

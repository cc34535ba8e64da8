"""What a store must do for reminders: keep them until they are due, and give each to one process only."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence

import msgspec

from framework.conversation.events import Event, ReminderScheduled


class Reminder(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder that waits for its time: the event that scheduled it, whose ``name`` is set, in a conversation.

    ``due`` is in Unix seconds. ``attempts`` counts the processes that have claimed it so far, this one included.
    """

    sender_id: str
    event: ReminderScheduled
    due: float
    attempts: int = 0

    @property
    def message_id(self) -> str:
        """The id of the message with which it enters the conversation; it tells whether that has happened."""
        return f"reminder {self.event.name} {self.event.timestamp}"


class Reminders(ABC):
    """The reminders of one queue. Processes that serve the same queue share the work; no two get the same reminder.

    A store only wakes people up. Whether a reminder still holds is for its conversation's events to say, and these
    also see to it that it takes effect once, even if two processes should have claimed it.
    """

    def __init__(self) -> None:
        self.added = asyncio.Event()
        """Set by :meth:`append`; to be cleared by whoever waits for the next reminder."""

    @abstractmethod
    async def append(
        self, sender_id: str, events: Sequence[Event], reminders: Sequence[Reminder], *, expected_version: int
    ) -> int:
        """Does what :meth:`TrackerStore.append` does, and puts the reminders in the queue in the same step.

        A reminder takes the place of one with the same name in the same conversation.

        Raises:
            VersionConflict: the stored version is not ``expected_version``; nothing was written.
        """

    @abstractmethod
    async def next_due(self) -> float | None:
        """When the next reminder can be claimed, in Unix seconds; None where there is none."""

    @abstractmethod
    async def claim(self, limit: int, *, now: float, until: float) -> list[Reminder]:
        """Takes the earliest that are due at ``now``; nobody else gets them before ``until``.

        Whoever claims a reminder reports :meth:`done`. One whose process dies is due again at ``until``.
        """

    @abstractmethod
    async def hold(self, reminder: Reminder, *, until: float) -> None:
        """Keeps a claimed reminder for longer."""

    @abstractmethod
    async def done(self, reminder: Reminder) -> None:
        """Forgets a reminder, unless another one has taken its place."""

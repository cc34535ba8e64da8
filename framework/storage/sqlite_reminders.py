"""The SQLite store's reminders: a table beside the conversations, written in the same transactions."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
from typing_extensions import override

from framework.conversation.events import Event, ReminderScheduled
from framework.storage.reminders import Reminder, Reminders
from framework.storage.sqlite_queries import QueryThread
from framework.storage.sqlite_transaction import Transaction
from framework.storage.sqlite_writer import ReminderRow

_NEXT_DUE = "SELECT min(due) FROM reminders WHERE queue = ?"
_DUE = """
SELECT sender_id, event, attempts + 1 FROM reminders WHERE queue = ? AND due <= ? ORDER BY due LIMIT ?
"""
_CLAIM = "UPDATE reminders SET due = ?, attempts = ? WHERE sender_id = ? AND name = ?"
_HOLD = "UPDATE reminders SET due = ? WHERE sender_id = ? AND name = ? AND scheduled = ?"
_DONE = "DELETE FROM reminders WHERE sender_id = ? AND name = ? AND scheduled = ?"

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(ReminderScheduled)

AppendWithReminders = Callable[[str, Sequence[Event], int, Sequence[ReminderRow]], Awaitable[int]]
"""Appends events to a conversation at a version, and puts reminders in the table, in one transaction."""


class SQLiteReminders(Reminders):
    """Claims rows of the table on a connection of its own; other processes may do so at the same time."""

    def __init__(self, path: Path, queue: str, append: AppendWithReminders) -> None:
        super().__init__()
        self._queue = queue
        self._append = append
        self._queries = QueryThread("reminders", path)

    async def open(self) -> None:
        """Connects."""
        await self._queries.open()

    async def close(self) -> None:
        """Disconnects."""
        await self._queries.close()

    @override
    async def append(
        self, sender_id: str, events: Sequence[Event], reminders: Sequence[Reminder], *, expected_version: int
    ) -> int:
        version = await self._append(sender_id, events, expected_version, [self._row(each) for each in reminders])
        self.added.set()
        return version

    def _row(self, reminder: Reminder) -> ReminderRow:
        event = reminder.event
        return ReminderRow(
            reminder.sender_id, event.name, self._queue, reminder.due, event.timestamp, _encoder.encode(event)
        )

    @override
    async def next_due(self) -> float | None:
        return await self._queries.run(functools.partial(_next_due, queue=self._queue))

    @override
    async def claim(self, limit: int, *, now: float, until: float) -> list[Reminder]:
        return await self._queries.run(functools.partial(_claim, queue=self._queue, limit=limit, now=now, until=until))

    @override
    async def hold(self, reminder: Reminder, *, until: float) -> None:
        await self._queries.run(functools.partial(_execute, sql=_HOLD, values=(until, *_identity(reminder))))

    @override
    async def done(self, reminder: Reminder) -> None:
        await self._queries.run(functools.partial(_execute, sql=_DONE, values=_identity(reminder)))


def _identity(reminder: Reminder) -> tuple[str, str | None, float]:
    return reminder.sender_id, reminder.event.name, reminder.event.timestamp


def _next_due(connection: sqlite3.Connection, *, queue: str) -> float | None:
    due: float | None = connection.execute(_NEXT_DUE, (queue,)).fetchone()[0]
    return due


def _claim(connection: sqlite3.Connection, *, queue: str, limit: int, now: float, until: float) -> list[Reminder]:
    with Transaction(connection):
        claimed = [
            Reminder(sender_id=sender_id, event=_decoder.decode(event), due=until, attempts=attempts)
            for sender_id, event, attempts in connection.execute(_DUE, (queue, now, limit)).fetchall()
        ]
        rows = [(until, each.attempts, each.sender_id, each.event.name) for each in claimed]
        connection.executemany(_CLAIM, rows)
    return claimed


def _execute(connection: sqlite3.Connection, *, sql: str, values: tuple[object, ...]) -> None:
    connection.execute(sql, values)

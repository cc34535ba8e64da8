"""The SQLite store's outbox: a cursor over its entries, kept in the same file."""

from __future__ import annotations

import asyncio
import functools
import sqlite3
from pathlib import Path

import msgspec
from typing_extensions import override

from framework.conversation.events import Event
from framework.storage.ports import Outbox, OutboxEntry
from framework.storage.sqlite_queries import QueryThread

_BROKER = "default"
_OTHER_PROCESSES_SECONDS = 5.0
_CREATE_CURSOR = "INSERT OR IGNORE INTO published SELECT ?, coalesce(max(sequence), 0) FROM entries"
_PENDING = """
SELECT sequence, sender_id, events FROM entries
WHERE sequence > (SELECT sequence FROM published WHERE broker = ?) ORDER BY sequence LIMIT ?
"""
_ADVANCE = "UPDATE published SET sequence = max(sequence, ?) WHERE broker = ?"
_decoder = msgspec.json.Decoder(list[Event])


class SQLiteOutbox(Outbox):
    """Reads entries after the cursor. The cursor is created at the end: what was stored before has no reader."""

    def __init__(self, path: Path) -> None:
        self._queries = QueryThread("outbox", path)
        self._filled = asyncio.Event()

    async def open(self) -> None:
        """Connects, and makes sure that there is a cursor."""
        await self._queries.open()
        await self._queries.run(_create_cursor)

    async def close(self) -> None:
        """Disconnects."""
        await self._queries.close()

    def wake(self) -> None:
        """Tells a waiting reader that there is something new."""
        self._filled.set()

    @override
    async def pending(self, limit: int) -> list[OutboxEntry]:
        while True:
            self._filled.clear()
            entries = await self._queries.run(functools.partial(_pending, limit=limit))
            if entries:
                return entries
            try:
                # Another process may append to the same file, and cannot wake this one.
                await asyncio.wait_for(self._filled.wait(), _OTHER_PROCESSES_SECONDS)
            except TimeoutError:
                continue

    @override
    async def done(self, sequence: int) -> None:
        await self._queries.run(functools.partial(_advance, sequence=sequence))


def _create_cursor(connection: sqlite3.Connection) -> None:
    connection.execute(_CREATE_CURSOR, (_BROKER,))


def _pending(connection: sqlite3.Connection, *, limit: int) -> list[OutboxEntry]:
    rows = connection.execute(_PENDING, (_BROKER, limit)).fetchall()
    return [OutboxEntry(sequence, sender_id, _decoder.decode(events)) for sequence, sender_id, events in rows]


def _advance(connection: sqlite3.Connection, *, sequence: int) -> None:
    connection.execute(_ADVANCE, (sequence, _BROKER))

"""The SQLite store's outbox: a cursor over its entries, kept in the same file."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import msgspec
from typing_extensions import override

from framework.conversation.events import Event
from framework.storage.ports import Outbox, OutboxEntry
from framework.storage.sqlite_schema import connect, storage_failed

_BROKER = "default"
_OTHER_PROCESSES_SECONDS = 5.0
_decoder = msgspec.json.Decoder(list[Event])


class SQLiteOutbox(Outbox):
    """Reads entries after the cursor. The cursor is created at the end: what was stored before has no reader."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._filled = asyncio.Event()

    def wake(self) -> None:
        """Tells a waiting reader that there is something new."""
        self._filled.set()

    @override
    async def pending(self, limit: int) -> list[OutboxEntry]:
        while True:
            self._filled.clear()
            entries = await asyncio.to_thread(self._read, limit)
            if entries:
                return entries
            try:
                # Another process may append to the same file, and cannot wake this one.
                await asyncio.wait_for(self._filled.wait(), _OTHER_PROCESSES_SECONDS)
            except TimeoutError:
                continue

    @override
    async def done(self, sequence: int) -> None:
        await asyncio.to_thread(self._advance, sequence)

    async def open(self) -> None:
        """Opens a connection of its own and makes sure that there is a cursor."""
        self._connection = await asyncio.to_thread(self._connect)

    async def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            await asyncio.to_thread(self._connection.close)
            self._connection = None

    def _connect(self) -> sqlite3.Connection:
        connection = connect(self._path)
        connection.execute(
            "INSERT OR IGNORE INTO published SELECT ?, coalesce(max(sequence), 0) FROM entries", (_BROKER,)
        )
        return connection

    def _read(self, limit: int) -> list[OutboxEntry]:
        rows = self._execute(
            "SELECT sequence, sender_id, events FROM entries WHERE sequence >"
            " (SELECT sequence FROM published WHERE broker = ?) ORDER BY sequence LIMIT ?",
            (_BROKER, limit),
        )
        return [OutboxEntry(sequence, sender_id, _decoder.decode(events)) for sequence, sender_id, events in rows]

    def _advance(self, sequence: int) -> None:
        self._execute("UPDATE published SET sequence = max(sequence, ?) WHERE broker = ?", (sequence, _BROKER))

    def _execute(self, sql: str, parameters: tuple[object, ...]) -> list[tuple[int, str, bytes]]:
        if self._connection is None:
            raise RuntimeError("the tracker store is not open")
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise storage_failed(self._path, error) from error

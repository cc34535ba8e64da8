"""The embedded tracker store: one SQLite file, durable at every append, fast because appends commit in groups."""

from __future__ import annotations

import asyncio
import functools
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec
from typing_extensions import override

from framework.batching import BatchingThread
from framework.conversation.events import Event
from framework.storage.ports import Outbox, ServiceConfig, ServiceContext, StoredConversation, TrackerStore
from framework.storage.reminders import Reminders
from framework.storage.sessions import session_start
from framework.storage.sqlite_log import reserve_log
from framework.storage.sqlite_outbox import SQLiteOutbox
from framework.storage.sqlite_queries import QueryThread
from framework.storage.sqlite_reminders import SQLiteReminders
from framework.storage.sqlite_schema import connect, create_tables, storage_failed
from framework.storage.sqlite_writer import Append, ReminderRow, Replace, Writer

DEFAULT_FILE = Path(".framework") / "conversations.db"

_PAGE = 1000
_LATEST_SESSION = """
SELECT version + width, events FROM entries WHERE sender_id = ?1 AND version >= coalesce(
    (SELECT max(version) FROM entries WHERE sender_id = ?1 AND starts_session), 0) ORDER BY version
"""
_ALL = "SELECT version + width, events FROM entries WHERE sender_id = ? ORDER BY version"
_VERSION = "SELECT version + width FROM entries WHERE sender_id = ? ORDER BY version DESC LIMIT 1"
_SENDERS = "SELECT DISTINCT sender_id FROM entries WHERE sender_id > ? ORDER BY sender_id LIMIT ?"

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[Event])


class SQLiteTrackerStore(TrackerStore):
    """Keeps conversations in a SQLite file (WAL, ``synchronous=FULL``).

    One thread writes: all appends that wait share one transaction and one disk sync. Reading goes on beside it on a
    connection of its own. Several processes may use the file at once.
    """

    class Config(ServiceConfig):
        """``db``: the file, relative to the bot folder."""

        db: Path = DEFAULT_FILE

    def __init__(self, path: Path) -> None:
        self.path = path
        self._queries = QueryThread("tracker-store-reader", path)
        self._writer: BatchingThread[Append | Replace, int] | None = None
        self._write_connection: sqlite3.Connection | None = None
        self._outbox: SQLiteOutbox | None = None
        self._reminders: list[SQLiteReminders] = []

    @classmethod
    @override
    def create(cls, config: Config, context: ServiceContext) -> Self:
        return cls(context.bot_folder / config.db)

    @override
    async def open(self) -> None:
        """Opens the file, and creates it where there is none.

        Raises:
            EnvironmentProblem: the file cannot be used.
        """
        self._write_connection = await asyncio.to_thread(self._connect_writer)
        self._writer = BatchingThread("tracker-store-writer", Writer(self._write_connection, self.path).write)
        self._writer.start()
        await self._queries.open()
        if self._outbox is not None:
            await self._outbox.open()
        for reminders in self._reminders:
            await reminders.open()

    def _connect_writer(self) -> sqlite3.Connection:
        connection = connect(self.path)
        try:
            create_tables(connection)
            reserve_log(connection, self.path)
        except sqlite3.Error as error:
            connection.close()
            raise storage_failed(self.path, error) from error
        return connection

    @override
    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        if self._outbox is not None:
            await self._outbox.close()
        for reminders in self._reminders:
            await reminders.close()
        await self._queries.close()
        if self._write_connection is not None:
            self._write_connection.close()

    @override
    async def load(self, sender_id: str) -> StoredConversation:
        stored = await self._queries.run(functools.partial(_load, sql=_LATEST_SESSION, sender_id=sender_id))
        start = session_start(stored.events)
        if not start:
            return stored
        return StoredConversation(sender_id=sender_id, events=stored.events[start:], version=stored.version)

    @override
    async def load_all(self, sender_id: str) -> StoredConversation:
        return await self._queries.run(functools.partial(_load, sql=_ALL, sender_id=sender_id))

    @override
    async def version(self, sender_id: str) -> int:
        return await self._queries.run(functools.partial(_version, sender_id=sender_id))

    @override
    async def append(self, sender_id: str, events: Sequence[Event], *, expected_version: int) -> int:
        if not events:
            return expected_version
        return await self._append(sender_id, events, expected_version)

    async def _append(
        self, sender_id: str, events: Sequence[Event], version: int, reminders: Sequence[ReminderRow] = ()
    ) -> int:
        data = _encoder.encode(events)
        starts_session = session_start(events) is not None
        version = await self._write(Append(sender_id, version, len(events), starts_session, data, reminders))
        if self._outbox is not None:
            self._outbox.wake()
        return version

    @override
    async def replace(self, sender_id: str, events: Sequence[Event]) -> int:
        starts_session = session_start(events) is not None
        version = await self._write(Replace(sender_id, max(len(events), 1), starts_session, _encoder.encode(events)))
        if self._outbox is not None:
            self._outbox.wake()
        return version

    @override
    async def sender_ids(self) -> AsyncIterator[str]:
        last = ""
        while True:
            page = await self._queries.run(functools.partial(_sender_page, after=last))
            for sender_id in page:
                yield sender_id
            if len(page) < _PAGE:
                return
            last = page[-1]

    @override
    def outbox(self) -> Outbox:
        """Entries from now on, or from where the broker stopped last time. To be asked for before :meth:`open`."""
        if self._outbox is None:
            self._outbox = SQLiteOutbox(self.path)
        return self._outbox

    @override
    def reminders(self, queue: str) -> Reminders:
        """Reminders that outlive the process. To be asked for before :meth:`open`."""
        made = SQLiteReminders(self.path, queue, self._append)
        self._reminders.append(made)
        return made

    async def _write(self, item: Append | Replace) -> int:
        if self._writer is None:
            raise RuntimeError("the tracker store is not open")
        return await self._writer.submit(item)


def _load(connection: sqlite3.Connection, *, sql: str, sender_id: str) -> StoredConversation:
    rows: list[tuple[int, Any]] = connection.execute(sql, (sender_id,)).fetchall()
    events = [event for _, data in rows for event in _decoder.decode(data)]
    return StoredConversation(sender_id=sender_id, events=events, version=rows[-1][0] if rows else 0)


def _version(connection: sqlite3.Connection, *, sender_id: str) -> int:
    row = connection.execute(_VERSION, (sender_id,)).fetchone()
    return row[0] if row else 0


def _sender_page(connection: sqlite3.Connection, *, after: str) -> list[str]:
    return [row[0] for row in connection.execute(_SENDERS, (after, _PAGE))]

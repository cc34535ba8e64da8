"""Writes appends to SQLite in groups: one transaction, and so one disk sync, for all that wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from framework.storage.ports import VersionConflict
from framework.storage.sqlite_schema import VERSION_CONFLICT, storage_failed
from framework.storage.sqlite_transaction import Transaction

_INSERT = "INSERT INTO entries (sender_id, version, width, starts_session, events) VALUES "
_ROW = "(?, ?, ?, ?, ?)"
_NO_EVENTS = b"[]"
_REMIND = "INSERT OR REPLACE INTO reminders (sender_id, name, queue, due, scheduled, event) VALUES (?, ?, ?, ?, ?, ?)"
_NEXT_VERSION = "SELECT coalesce(max(version + width), 0) FROM entries WHERE sender_id = ?"


class ReminderRow(NamedTuple):
    """A reminder as its table has it; ``due`` and ``scheduled``, the time of its event, in Unix seconds."""

    sender_id: str
    name: str | None
    queue: str
    due: float
    scheduled: float
    event: bytes


@dataclass(frozen=True, slots=True)
class Append:
    """Events to add to a conversation that is at ``version``; they take it ``width`` further.

    ``reminders`` take effect if and only if the events are added.
    """

    sender_id: str
    version: int
    width: int
    starts_session: bool
    events: bytes
    reminders: Sequence[ReminderRow] = ()

    @property
    def next_version(self) -> int:
        """The version after the append."""
        return self.version + self.width


@dataclass(frozen=True, slots=True)
class Replace:
    """Events to put in the place of all that a conversation has; with none, its reminders go too."""

    sender_id: str
    width: int
    starts_session: bool
    events: bytes


class Writer:
    """Carries out writes, in order, on a connection that no one else uses."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def write(self, items: Sequence[Append | Replace]) -> list[int | Exception]:
        """Does all items in one transaction; returns the new version, or what went wrong, of each.

        The group is first tried as a whole, because a conflict is rare; only if one occurs is each item done alone.
        """
        try:
            return list(self._write_together(items)) if len(items) > 1 else self._write_singly(items)
        except sqlite3.IntegrityError:
            return self._write_singly(items)
        except sqlite3.Error as error:
            return [storage_failed(self._path, error)] * len(items)

    def _write_together(self, items: Sequence[Append | Replace]) -> list[int]:
        with Transaction(self._connection):
            if all(isinstance(item, Append) for item in items):
                self._insert([item for item in items if isinstance(item, Append)])
                return [item.next_version for item in items if isinstance(item, Append)]
            return [self._write_one(item) for item in items]

    def _write_singly(self, items: Sequence[Append | Replace]) -> list[int | Exception]:
        outcomes: list[int | Exception] = []
        with Transaction(self._connection):
            for item in items:
                try:
                    outcomes.append(self._write_one(item))
                except sqlite3.IntegrityError as error:
                    outcomes.append(self._explain(error, item))
        return outcomes

    def _write_one(self, item: Append | Replace) -> int:
        if isinstance(item, Append):
            self._insert([item])
            return item.next_version
        return self._replace(item)

    def _insert(self, appends: Sequence[Append]) -> None:
        # One statement for the whole group: each statement gives up the interpreter lock, and under load it takes
        # milliseconds to get it back.
        values: list[object] = []
        for append in appends:
            values += (append.sender_id, append.version, append.width, append.starts_session, append.events)
        self._connection.execute(_INSERT + ", ".join([_ROW] * len(appends)), values)
        reminders = [row for append in appends for row in append.reminders]
        if reminders:
            self._connection.executemany(_REMIND, reminders)

    def _replace(self, item: Replace) -> int:
        version: int = self._connection.execute(_NEXT_VERSION, (item.sender_id,)).fetchone()[0]
        append = Append(item.sender_id, version, item.width, item.starts_session, item.events)
        self._insert([append])
        self._connection.execute("DELETE FROM entries WHERE sender_id = ? AND version < ?", (item.sender_id, version))
        if item.events == _NO_EVENTS:
            self._connection.execute("DELETE FROM reminders WHERE sender_id = ?", (item.sender_id,))
        return append.next_version

    def _explain(self, error: sqlite3.IntegrityError, item: Append | Replace) -> Exception:
        if isinstance(item, Append) and VERSION_CONFLICT in str(error):
            return VersionConflict(f"{item.sender_id!r} is not at version {item.version} any more")
        return storage_failed(self._path, error)

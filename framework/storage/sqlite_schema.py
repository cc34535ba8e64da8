"""The tables of the SQLite tracker store, and how connections to it are set up.

Each append is one row, an *entry*: the events as a JSON array, and the version they were added at. ``sequence`` is
the order of all appends, which makes the table its own outbox: a broker keeps only how far it has read.

Reminders that wait are rows of a table of their own. ``due`` is when a process may claim one; a claim moves it on.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from framework.errors import EnvironmentProblem, Problem
from framework.storage.sqlite_transaction import Transaction

BUSY_SECONDS = 10.0
VERSION_CONFLICT = "version conflict"

_ENTRIES = f"""
CREATE TABLE entries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    sender_id TEXT NOT NULL,
    version INTEGER NOT NULL,         -- before this entry
    width INTEGER NOT NULL,           -- how far this entry takes it
    starts_session INTEGER NOT NULL,
    events BLOB NOT NULL
);
CREATE UNIQUE INDEX entries_by_sender ON entries (sender_id, version);
CREATE INDEX sessions_by_sender ON entries (sender_id, version) WHERE starts_session;
CREATE TRIGGER check_version BEFORE INSERT ON entries
WHEN NEW.version <> coalesce(
    (SELECT version + width FROM entries WHERE sender_id = NEW.sender_id ORDER BY version DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, '{VERSION_CONFLICT}'); END;
CREATE TABLE published (broker TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
"""  # noqa: S608 - the value is a constant of this module
_REMINDERS = """
CREATE TABLE reminders (
    sender_id TEXT NOT NULL,
    name TEXT NOT NULL,
    queue TEXT NOT NULL,              -- which processes may claim it
    due REAL NOT NULL,
    scheduled REAL NOT NULL,          -- timestamp of its event
    attempts INTEGER NOT NULL DEFAULT 0,
    event BLOB NOT NULL,
    PRIMARY KEY (sender_id, name)
) WITHOUT ROWID;
CREATE INDEX reminders_by_due ON reminders (queue, due);
"""
_STEPS = (_ENTRIES, _REMINDERS)
"""What takes a file from each schema version to the next; the first step makes the tables of a new file."""
SCHEMA_VERSION = len(_STEPS)


def connect(path: Path) -> sqlite3.Connection:
    """Opens a connection that leaves transactions to the caller and may be used from any one thread at a time.

    Raises:
        EnvironmentProblem: the file cannot be opened, or a newer release wrote it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    except (OSError, sqlite3.Error) as error:
        raise storage_failed(path, error) from error
    if found > SCHEMA_VERSION:
        connection.close()
        raise EnvironmentProblem(
            Problem(
                code="storage-failed",
                what=f"{path} has schema version {found}; this release knows {SCHEMA_VERSION}",
                fix="upgrade the framework, or move the file away to start with no conversations",
            )
        )
    return connection


def create_tables(connection: sqlite3.Connection) -> None:
    """Creates the tables that a new file, or one of an older release, lacks; several processes may try at once."""
    with Transaction(connection):
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
        for version, step in enumerate(_STEPS[found:], found + 1):
            for statement in _statements(step):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version}")


def storage_failed(path: Path, error: Exception) -> EnvironmentProblem:
    """The problem to report when the database does not work."""
    return EnvironmentProblem(
        Problem(
            code="storage-failed",
            what=f"cannot use the conversations in {path}: {error}",
            fix="check the folder's permissions, the free space and whether another program locks the file",
        )
    )


def _write_ahead(connection: sqlite3.Connection) -> None:
    # The change of journal does not go through SQLite's busy handler: two processes that open a new file at
    # the same moment get "database is locked" at once, whatever the timeout.
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


def _statements(script: str) -> list[str]:
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements

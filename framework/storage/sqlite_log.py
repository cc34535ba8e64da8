"""Gives SQLite's write-ahead log its full size at once.

A commit that makes the log longer changes the file system's own books too, and waits for these to be written: on a
busy disk that takes several times as long as the data. The log is used again from its start after each checkpoint,
so the space is not wasted: it is what the log grows to in the first few hundred commits anyway.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

LOG_PAGES = 1_100
"""Pages between two checkpoints (SQLite's default of 1,000), and some for the commit that goes over it."""


def reserve_log(connection: sqlite3.Connection, database: Path) -> None:
    """Lengthens the log of a database, by a change that is too large for memory and is taken back."""
    log = database.with_name(f"{database.name}-wal")
    page_bytes: int = connection.execute("PRAGMA page_size").fetchone()[0]
    cache_pages: int = connection.execute("PRAGMA cache_size").fetchone()[0]
    wanted = LOG_PAGES * page_bytes
    if log.exists() and log.stat().st_size >= wanted:
        return
    connection.execute("PRAGMA cache_size = 10")
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("CREATE TABLE reserved (filler BLOB)")
        connection.execute("INSERT INTO reserved VALUES (zeroblob(?))", (wanted,))
    finally:
        connection.execute("ROLLBACK")
        connection.execute(f"PRAGMA cache_size = {cache_pages}")
    descriptor = os.open(log, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Several statements of SQLite that happen together or not at all."""

from __future__ import annotations

import sqlite3


class Transaction:
    """Commits at the end of the block, or rolls back; takes the write lock at once, so that it cannot fail later."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

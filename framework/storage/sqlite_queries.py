"""A connection to SQLite with a thread of its own, which no other may touch."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from framework.batching import BatchingThread
from framework.storage.sqlite_schema import connect, storage_failed

ResultT = TypeVar("ResultT")
Query = Callable[[sqlite3.Connection], ResultT]


class QueryThread:
    """Runs queries in the order in which they come, beside the event loop; each is its own transaction."""

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._thread: BatchingThread[Query[Any], Any] | None = None

    async def open(self) -> None:
        """Connects.

        Raises:
            EnvironmentProblem: the file cannot be opened.
        """
        self._connection = await asyncio.to_thread(connect, self._path)
        self._thread = BatchingThread(self._name, self._answer)
        self._thread.start()

    async def close(self) -> None:
        """Runs what waits, then disconnects; nothing may be run afterwards."""
        if self._thread is not None:
            await self._thread.close()
        if self._connection is not None:
            self._connection.close()

    async def run(self, query: Query[ResultT]) -> ResultT:
        """Runs a query.

        Raises:
            EnvironmentProblem: the database did not answer it.
        """
        if self._thread is None:
            raise RuntimeError("the tracker store is not open")
        try:
            result: ResultT = await self._thread.submit(query)
        except sqlite3.Error as error:
            raise storage_failed(self._path, error) from error
        return result

    def _answer(self, queries: Sequence[Query[Any]]) -> list[Any]:
        return [self._attempt(query) for query in queries]

    def _attempt(self, query: Query[Any]) -> Any:
        if self._connection is None:
            raise RuntimeError("the tracker store is not open")
        try:
            return query(self._connection)
        except (sqlite3.Error, msgspec.DecodeError) as error:
            return error

"""A lock store for one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from typing_extensions import override

from framework.storage.ports import LockStore


class InProcessLockStore(LockStore):
    """Queues the turns of a conversation inside this process, first come first served.

    Several processes on one store stay correct without it, because each append names the version it
    expects; a lock store that they share spares them the retries.
    """

    def __init__(self) -> None:
        self._locks: dict[str, _CountedLock] = {}

    @override
    def lock(self, sender_id: str) -> AbstractAsyncContextManager[None]:
        return self._hold(sender_id)

    @asynccontextmanager
    async def _hold(self, sender_id: str) -> AsyncIterator[None]:
        counted = self._locks.setdefault(sender_id, _CountedLock())
        counted.users += 1
        try:
            async with counted.lock:
                yield
        finally:
            counted.users -= 1
            if not counted.users:
                del self._locks[sender_id]


class _CountedLock:
    """A lock, and how many hold it or wait for it: with none left it is forgotten."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0

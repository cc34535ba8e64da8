"""A lock store for one process."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

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
        return _Hold(sender_id, self._locks)


class _CountedLock:
    """A lock, and how many hold it or wait for it: with none left it is forgotten."""

    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


class _Hold(AbstractAsyncContextManager[None]):
    """One turn's hold on a conversation."""

    __slots__ = ("_counted", "_locks", "_sender_id")

    def __init__(self, sender_id: str, locks: dict[str, _CountedLock]) -> None:
        self._sender_id = sender_id
        self._locks = locks

    @override
    async def __aenter__(self) -> None:
        self._counted = self._locks.setdefault(self._sender_id, _CountedLock())
        self._counted.users += 1
        try:
            await self._counted.lock.acquire()
        except BaseException:
            self._leave()
            raise

    @override
    async def __aexit__(self, *_: object) -> None:
        self._counted.lock.release()
        self._leave()

    def _leave(self) -> None:
        self._counted.users -= 1
        if not self._counted.users:
            del self._locks[self._sender_id]

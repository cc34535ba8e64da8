"""Natural batching: one thread that takes everything that waits, and does it in one go.

A lone item waits for nobody; under load items gather while the thread is busy, and batches form by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

Handler = Callable[[Sequence[ItemT]], Sequence[ResultT | Exception]]
"""Does the items in order; returns, for each, its result or the exception that its sender is to see."""


class BatchingThread(Generic[ItemT, ResultT]):
    """A thread that hands all waiting items to ``handle`` together, and each sender its own result."""

    def __init__(self, name: str, handle: Handler[ItemT, ResultT], *, max_batch: int = 256) -> None:
        self._handle = handle
        self._max_batch = max_batch
        self._waiting: queue.SimpleQueue[tuple[ItemT, asyncio.Future[ResultT]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begins to take items."""
        self._thread.start()

    async def submit(self, item: ItemT) -> ResultT:
        """Hands an item over and waits for its result.

        Raises:
            Exception: whatever the handler returned, or raised, for the item.
        """
        future: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        self._waiting.put((item, future))
        return await future

    async def close(self) -> None:
        """Finishes what waits, then ends the thread. No item may be submitted afterwards."""
        if self._thread.is_alive():
            self._waiting.put(None)
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        closing = False
        while not closing:
            batch, closing = self._take()
            if batch:
                self._settle(batch)

    def _take(self) -> tuple[list[tuple[ItemT, asyncio.Future[ResultT]]], bool]:
        entry = self._waiting.get()
        batch = []
        while entry is not None:
            batch.append(entry)
            if len(batch) == self._max_batch:
                return batch, False
            try:
                entry = self._waiting.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _settle(self, batch: list[tuple[ItemT, asyncio.Future[ResultT]]]) -> None:
        outcomes: Sequence[ResultT | Exception]
        try:
            outcomes = self._handle([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - the senders get it; the thread has to live on
            outcomes = [error] * len(batch)
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[ResultT], ResultT | Exception]]] = {}
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            by_loop.setdefault(future.get_loop(), []).append((future, outcome))
        for loop, results in by_loop.items():
            with contextlib.suppress(RuntimeError):  # the loop is closed, nobody waits any more
                loop.call_soon_threadsafe(_deliver, results)


def _deliver(results: list[tuple[asyncio.Future[ResultT], ResultT | Exception]]) -> None:
    for future, outcome in results:
        if future.done():
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

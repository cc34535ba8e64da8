"""Natural batching: one thread that takes everything that waits, and does it in one go.

A lone item waits for nobody; under load items gather while the thread is busy, and batches form by themselves. Where
a lone item takes no longer than it takes to wake a thread, it is done in the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

_NEWEST_SHARE = 0.2
"""How much the newest measurement counts in a running mean."""

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
        self.put(item, future)
        return await future

    def put(self, item: ItemT, future: asyncio.Future[ResultT]) -> None:
        """Hands an item over; the future gets its result in the event loop that it belongs to."""
        self._waiting.put((item, future))

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


class QuickBatching(Generic[ItemT, ResultT]):
    """A batching thread for one event loop, which does a lone item itself while such items prove to be quick.

    Waking a thread and being woken by it can cost as much as a quick item does. What comes in the same round of the
    loop, or while the thread is at work, goes to the thread. So does an item that is not ``is_small``, and all of them
    once lone items take longer than ``quick_seconds``.
    """

    def __init__(
        self,
        name: str,
        handle: Handler[ItemT, ResultT],
        *,
        is_small: Callable[[ItemT], bool],
        max_batch: int = 256,
        quick_seconds: float = 0.001,
    ) -> None:
        self._handle = handle
        self._is_small = is_small
        self._quick_seconds = quick_seconds
        self._thread = BatchingThread(name, self._handle_in_thread, max_batch=max_batch)
        self._at_work = threading.Lock()
        self._round: list[tuple[ItemT, asyncio.Future[ResultT]]] = []
        self._pace: float | None = None
        """How long a lone small item takes, in seconds; a running mean."""

    def start(self) -> None:
        """Begins to take items."""
        self._thread.start()

    async def close(self) -> None:
        """Finishes what waits. No item may be submitted afterwards."""
        self._end_round()
        await self._thread.close()

    async def submit(self, item: ItemT) -> ResultT:
        """Hands an item over and waits for its result.

        Raises:
            Exception: whatever the handler returned, or raised, for the item.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[ResultT] = loop.create_future()
        self._round.append((item, future))
        if len(self._round) == 1:
            loop.call_soon(self._end_round)
        return await future

    def _end_round(self) -> None:
        items, self._round = self._round, []
        if len(items) == 1 and self._is_quick(items[0][0]) and self._at_work.acquire(blocking=False):
            try:
                self._do_here(*items[0])
            finally:
                self._at_work.release()
        else:
            for item, future in items:
                self._thread.put(item, future)

    def _is_quick(self, item: ItemT) -> bool:
        return self._pace is not None and self._pace <= self._quick_seconds and self._is_small(item)

    def _do_here(self, item: ItemT, future: asyncio.Future[ResultT]) -> None:
        outcome: ResultT | Exception
        try:
            outcome = self._handle_timed([item])[0]
        except Exception as error:  # noqa: BLE001 - the sender gets it; the loop has to live on
            outcome = error
        _deliver([(future, outcome)])

    def _handle_in_thread(self, items: Sequence[ItemT]) -> Sequence[ResultT | Exception]:
        with self._at_work:
            return self._handle_timed(items)

    def _handle_timed(self, items: Sequence[ItemT]) -> Sequence[ResultT | Exception]:
        start = time.perf_counter()
        outcomes = self._handle(items)
        if len(items) == 1 and self._is_small(items[0]):
            seconds = time.perf_counter() - start
            self._pace = seconds if self._pace is None else self._pace + (seconds - self._pace) * _NEWEST_SHARE
        return outcomes


def _deliver(results: list[tuple[asyncio.Future[ResultT], ResultT | Exception]]) -> None:
    for future, outcome in results:
        if future.done():
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

"""One thread takes all that waits."""

from __future__ import annotations

import asyncio
import threading

import pytest

from framework.batching import BatchingThread


async def test_what_gathers_while_the_thread_is_busy_is_done_together():
    batches, release = [], threading.Event()

    def handle(items):
        batches.append(list(items))
        release.wait(5)
        return [item * 10 for item in items]

    thread = BatchingThread("test", handle)
    thread.start()
    first = asyncio.create_task(thread.submit(1))
    while not batches:  # noqa: ASYNC110 - the other side is a thread
        await asyncio.sleep(0.001)
    others = [asyncio.create_task(thread.submit(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    release.set()
    assert await asyncio.gather(first, *others) == [10, 20, 30, 40]
    assert batches == [[1], [2, 3, 4]]
    await thread.close()


async def test_each_sender_gets_its_own_failure_and_a_crash_reaches_all():
    def handle(items):
        if "crash" in items:
            raise ValueError("crashed")
        return [KeyError(item) if item == "bad" else item for item in items]

    thread = BatchingThread("test", handle)
    thread.start()
    assert await thread.submit("good") == "good"
    with pytest.raises(KeyError):
        await thread.submit("bad")
    with pytest.raises(ValueError, match="crashed"):
        await thread.submit("crash")
    assert await thread.submit("good") == "good"
    await thread.close()


async def test_closing_finishes_what_waits():
    thread = BatchingThread("test", list)
    waiting = [asyncio.ensure_future(thread.submit(number)) for number in range(5)]
    await asyncio.sleep(0)
    thread.start()
    await thread.close()
    assert await asyncio.gather(*waiting) == [0, 1, 2, 3, 4]

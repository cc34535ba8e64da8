"""One thread takes all that waits."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from framework.batching import BatchingThread, QuickBatching


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


def recording(threads, *, seconds=0.0):
    def handle(items):
        threads.append((threading.current_thread().name, list(items)))
        time.sleep(seconds)
        return [ValueError(item) if item == "bad" else item for item in items]

    return handle


async def test_lone_items_are_done_in_the_loop_once_they_prove_to_be_quick():
    threads = []
    batching = QuickBatching("beside", recording(threads), is_small=lambda item: len(item) < 10, quick_seconds=0.5)
    batching.start()
    for item in ("first", "second", "a long, long item"):
        assert await batching.submit(item) == item
    with pytest.raises(ValueError, match="bad"):
        await batching.submit("bad")
    here = threading.current_thread().name
    assert [name for name, _ in threads] == ["beside", here, "beside", here]
    await batching.close()


async def test_items_that_come_together_go_to_the_thread_together_or_one_after_the_other():
    threads = []
    batching = QuickBatching("beside", recording(threads), is_small=lambda _: True, quick_seconds=0.5)
    batching.start()
    await batching.submit("first")
    items = [f"{number}" for number in range(20)]
    assert await asyncio.gather(*map(batching.submit, items)) == items
    assert {name for name, _ in threads} == {"beside"}
    assert [item for _, batch in threads for item in batch] == ["first", *items]
    await batching.close()


async def test_slow_items_stay_with_the_thread():
    threads = []
    batching = QuickBatching("beside", recording(threads, seconds=0.05), is_small=lambda _: True)
    batching.start()
    for item in "abc":
        await batching.submit(item)
    assert {name for name, _ in threads} == {"beside"}
    await batching.close()


async def test_the_loop_and_the_thread_never_work_at_the_same_time():
    at_work, most_at_work, lock = 0, 0, threading.Lock()

    def handle(items):
        nonlocal at_work, most_at_work
        with lock:
            at_work += 1
            most_at_work = max(most_at_work, at_work)
        time.sleep(0.001)
        with lock:
            at_work -= 1
        return items

    batching = QuickBatching("beside", handle, is_small=lambda _: True, quick_seconds=1)
    batching.start()
    given_up = asyncio.create_task(batching.submit("given up"))
    await asyncio.sleep(0)
    given_up.cancel()

    async def client(number):
        for turn in range(20):
            assert await batching.submit((number, turn)) == (number, turn)
            await asyncio.sleep(0.0005 * number)

    await asyncio.gather(*map(client, range(4)))
    assert most_at_work == 1
    await batching.close()

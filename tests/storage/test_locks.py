"""Turns of one conversation take their turn; other conversations do not wait."""

from __future__ import annotations

import asyncio

from framework.storage.locks import InProcessLockStore


async def test_turns_of_a_conversation_run_one_at_a_time_in_order_of_arrival():
    locks, log = InProcessLockStore(), []

    async def turn(number: int) -> None:
        async with locks.lock("a"):
            log.append(f"begin {number}")
            await asyncio.sleep(0)
            log.append(f"end {number}")

    await asyncio.gather(*(turn(number) for number in range(3)))
    assert log == ["begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"]


async def test_another_conversation_does_not_wait():
    locks = InProcessLockStore()
    async with locks.lock("a"), asyncio.timeout(1), locks.lock("b"):
        pass


async def test_a_cancelled_waiter_leaves_the_queue_and_the_lock_goes_on():
    locks = InProcessLockStore()

    async def turn() -> str:
        async with locks.lock("a"):
            return "ran"

    async with locks.lock("a"):
        waiting, following = asyncio.create_task(turn()), asyncio.create_task(turn())
        await asyncio.sleep(0)
        waiting.cancel()
    assert await following == "ran"


async def test_locks_nobody_uses_are_forgotten():
    locks = InProcessLockStore()
    for number in range(100):
        async with locks.lock(str(number)):
            pass
    assert locks._locks == {}

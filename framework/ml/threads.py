"""Chooses the number of torch threads by timing a training step.

Counting cores misleads: beside other load, two threads can be several times slower than one. ``OMP_NUM_THREADS``, which
``framework train --num-threads`` sets, is the most.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

THREADS_VARIABLE = "OMP_NUM_THREADS"


def fastest_thread_count(step: Callable[[], object], repeats: int = 3) -> int:
    """Times ``step`` with 1, 2, 4 … threads while that makes it clearly faster, and returns the best count."""
    most = most_threads()
    best, best_time = 1, _time(step, 1, repeats)
    count = 2
    while count <= most:
        seconds = _time(step, count, repeats)
        if seconds > 0.9 * best_time:
            break
        best, best_time = count, seconds
        count *= 2
    return best


def most_threads() -> int:
    """How many threads may be used: as many as there are cores for this process, or what the environment allows."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    allowed = os.environ.get(THREADS_VARIABLE, "")
    return min(cores, int(allowed)) if allowed.isdecimal() and int(allowed) else cores


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Runs a block with that many torch threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _time(step: Callable[[], object], count: int, repeats: int) -> float:
    with torch_threads(count):
        step()
        times = []
        for _ in range(repeats):
            began = time.perf_counter()
            step()
            times.append(time.perf_counter() - began)
    return min(times)

"""Runs a command as a whole process and measures it from outside: wall seconds, CPU seconds, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """One finished process (its children included): seconds and MiB."""

    wall: float
    cpu: float
    peak_mib: float
    status: int


def run(command: Sequence[str], folder: Path, log: Path) -> Measured:
    """Runs a command to its end, its output appended to a log file."""
    start = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)


def median_of(runs: Sequence[Measured]) -> Measured:
    """The medians of several runs, and the largest exit status."""
    return Measured(
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        statistics.median(run.peak_mib for run in runs),
        max(run.status for run in runs),
    )


def resident_mib(pid: int) -> float:
    """Resident memory of a process and all its descendants, in MiB (Linux)."""
    total = 0.0
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        for line in Path(f"/proc/{current}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1]) / 1024
        children = Path(f"/proc/{current}/task/{current}/children").read_text().split()
        waiting += [int(child) for child in children]
    return total

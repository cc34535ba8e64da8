"""What people see of a training run: a spinner and times in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

WORTH_TELLING = 1.0  # seconds; what is faster than this passes in silence


class Progress:
    """Tells of the steps of a run as they happen."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[None]:
        """Shows ``doing`` while the block runs, and ``done`` with its time after it if that was worth telling."""
        started = time.perf_counter()
        with self.console.status(f"{doing} …") if self.console.is_terminal else nullcontext():
            yield
        seconds = time.perf_counter() - started
        if seconds >= WORTH_TELLING:
            self.say(f"{done} in {seconds:.1f} s")

    def say(self, line: str) -> None:
        """Prints one line."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

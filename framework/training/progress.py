"""What people see of a training run: what is being done, and how long it took, where that is worth telling."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

WORTH_TELLING = 1.0  # seconds; what is faster than this passes in silence


class Progress:
    """Tells of the steps of a run as they happen."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[None]:
        """Shows ``doing`` while the block runs, with a spinner in a terminal, and ``done`` with its time after it."""
        spinner = self._console.status(f"{doing} …") if self._console.is_terminal else nullcontext()
        with spinner, self._timed(done):
            yield

    @contextmanager
    def training(self, name: str) -> Iterator[None]:
        """Says which component trains. There is no spinner, because a component may show a bar of its own."""
        announcement = Timer(WORTH_TELLING, self.say, [f"Training {name} …"])
        announcement.daemon = True
        announcement.start()
        try:
            with self._timed(f"Trained {name}"):
                yield
        finally:
            announcement.cancel()

    def say(self, line: str) -> None:
        """Prints one line."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def _timed(self, done: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        seconds = time.perf_counter() - started
        if seconds >= WORTH_TELLING:
            self.say(f"{done} in {seconds:.1f} s")

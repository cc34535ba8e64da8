"""Shows how a training is getting on: a bar with loss and accuracy, or plain log lines where there is no terminal."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

logger = logging.getLogger(__name__)

_LOG_EVERY = 10.0
"""Seconds between two log lines."""


class Reporter(Protocol):
    """Is told of every finished epoch."""

    def epoch(self, number: int, figures: Mapping[str, float]) -> None:
        """``number`` epochs are done; ``figures`` are the loss, the accuracy and so on."""


class LogReporter:
    """Logs a line every ten seconds."""

    def __init__(self, title: str, epochs: int) -> None:
        self._title = title
        self._epochs = epochs
        self._last = time.monotonic()

    def epoch(self, number: int, figures: Mapping[str, float]) -> None:
        """Logs, if it is time."""
        if time.monotonic() - self._last >= _LOG_EVERY:
            self._last = time.monotonic()
            logger.info("%s: epoch %d of at most %d, %s", self._title, number, self._epochs, describe(figures))


class BarReporter:
    """Moves a bar of the rich library."""

    def __init__(self, title: str, epochs: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total} epochs"),
            TextColumn("{task.fields[figures]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._task = self.progress.add_task(title, total=epochs, figures="")

    def epoch(self, number: int, figures: Mapping[str, float]) -> None:
        """Moves the bar."""
        self.progress.update(self._task, completed=number, figures=describe(figures))


@contextmanager
def reporting(title: str, epochs: int) -> Iterator[Reporter]:
    """The reporter that suits where standard error goes."""
    if sys.stderr.isatty():
        bar = BarReporter(title, epochs)
        with bar.progress:
            yield bar
    else:
        yield LogReporter(title, epochs)


@contextmanager
def counting(title: str, total: int, unit: str) -> Iterator[Callable[[int], None]]:
    """Shows how many of ``total`` are done; what it yields takes their number. Silent where there is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(f"{{task.completed}}/{{task.total}} {unit}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)


def describe(figures: Mapping[str, float]) -> str:
    """``loss 0.123, accuracy 0.95``."""
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())

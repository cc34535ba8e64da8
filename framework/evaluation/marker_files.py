"""The CSV files of marked points and their statistics."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from framework.errors import EnvironmentProblem, Problem
from framework.evaluation.marker_extraction import MarkedPoint
from framework.evaluation.marker_statistics import MarkerStatistics

_POINTS = ("sender_id", "session_idx", "marker", "event_idx", "num_preceding_user_turns")
_STATISTICS = ("sender_id", "session_idx", "marker", "statistic", "value")


class MarkerFiles:
    """Where the points go, and the statistics where these are wanted. Nothing is written over.

    Raises:
        EnvironmentProblem: one of the files exists, or cannot be written.
    """

    def __init__(self, points: Path, statistics_prefix: str | None) -> None:
        self.points = points
        self.overall = Path(f"{statistics_prefix}-overall.csv") if statistics_prefix else None
        self.per_session = Path(f"{statistics_prefix}-per-session.csv") if statistics_prefix else None
        for path in self.all:
            if path.exists():
                what = f"{path} is there already, and would be written over"
                raise EnvironmentProblem(Problem(code="cannot-write", what=what, fix="move it, or name another file"))

    @property
    def all(self) -> list[Path]:
        """The files to be written."""
        return [path for path in (self.points, self.overall, self.per_session) if path is not None]

    @contextmanager
    def writing_points(self) -> Iterator[Callable[[Iterable[MarkedPoint]], None]]:
        """Yields what writes points, as often as there are some more."""
        with _table(self.points, _POINTS) as write:
            yield lambda points: write(map(_row, points))

    def write_statistics(self, statistics: MarkerStatistics) -> None:
        """Writes the statistics, if they are wanted."""
        if self.overall is not None and self.per_session is not None:
            with _table(self.overall, _STATISTICS) as write:
                write(statistics.overall())
            with _table(self.per_session, _STATISTICS) as write:
                write(statistics.per_session())


def _row(point: MarkedPoint) -> tuple[Any, ...]:
    session = point.session
    return session.sender_id, session.number, point.marker, point.event, point.preceding_user_turns


@contextmanager
def _table(path: Path, header: tuple[str, ...]) -> Iterator[Callable[[Iterable[Iterable[Any]]], None]]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            yield writer.writerows
    except OSError as error:
        what = f"{path} cannot be written: {error.strerror}"
        raise EnvironmentProblem(Problem(code="cannot-write", what=what)) from error

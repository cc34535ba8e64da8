"""How often markers hold, and after how many messages of the user."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean, median

from framework.evaluation.marker_extraction import ConversationSession, MarkedPoint

Row = tuple[str, int | float, str, str, int | float]
"""Sender id, number of the session, marker, name of the statistic, value."""

_ALL = ("all", math.nan)
_SESSIONS = "sessions_where_marker_applied_at_least_once"


class MarkerStatistics:
    """Takes in session by session, and sums up."""

    def __init__(self, markers: Iterable[str]) -> None:
        self._markers = sorted(markers)
        self._sessions: list[tuple[str, int]] = []
        self._turns: dict[str, list[list[int]]] = {marker: [] for marker in self._markers}

    def add(self, session: ConversationSession, points: Iterable[MarkedPoint]) -> None:
        """Takes in a session and its points."""
        self._sessions.append((session.sender_id, session.number))
        for turns in self._turns.values():
            turns.append([])
        for point in points:
            self._turns[point.marker][-1].append(point.preceding_user_turns)

    @property
    def sessions(self) -> int:
        """How many sessions were taken in."""
        return len(self._sessions)

    @property
    def points(self) -> int:
        """How many points they had."""
        return sum(len(turns) for sessions in self._turns.values() for turns in sessions)

    def overall(self) -> Iterator[Row]:
        """Of all sessions together."""
        total = self.sessions
        yield *_ALL, "-", "total_number_of_sessions", total
        for marker in self._markers:
            marked = sum(map(bool, self._turns[marker]))
            yield *_ALL, marker, f"number_of_{_SESSIONS}", marked
            yield *_ALL, marker, f"percentage_of_{_SESSIONS}", round(100 * marked / total, 3) if total else math.nan
        for marker in self._markers:
            together = [turns for session in self._turns[marker] for turns in session]
            for name, value in _figures(together).items():
                yield *_ALL, marker, name, value

    def per_session(self) -> Iterator[Row]:
        """Of each session by itself."""
        for marker in self._markers:
            figures = [_figures(turns) for turns in self._turns[marker]]
            for name in sorted(_figures(())):
                for (sender_id, number), of_session in zip(self._sessions, figures, strict=True):
                    yield sender_id, number, marker, name, of_session[name]


def _figures(turns: Sequence[int]) -> dict[str, int | float]:
    """Figures of the numbers of user turns before the points of a marker."""
    figures: dict[str, int | float] = {
        "count": len(turns),
        "mean": round(fmean(turns), 3) if turns else math.nan,
        "median": round(float(median(turns)), 3) if turns else math.nan,
        "min": min(turns, default=math.nan),
        "max": max(turns, default=math.nan),
    }
    return {f"{name}(number of preceding user turns)": value for name, value in figures.items()}

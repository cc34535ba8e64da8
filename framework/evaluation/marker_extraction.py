"""Finds where markers hold in conversations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from framework.conversation.events import ActionExecuted, Event, UserUttered
from framework.conversation.moment import ACTION_SESSION_START
from framework.evaluation.markers import Marker


@dataclass(frozen=True, slots=True)
class ConversationSession:
    """The events of one session; ``first`` is the place of the first of them in the conversation, from 0."""

    sender_id: str
    number: int
    first: int
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class MarkedPoint:
    """An event at which a marker holds: its place in the conversation, and the user's messages before it."""

    session: ConversationSession
    marker: str
    event: int
    preceding_user_turns: int


def sessions_of(sender_id: str, events: Sequence[Event]) -> list[ConversationSession]:
    """The sessions of a conversation: from each session start on. One without any is a session as a whole."""
    if not events:
        return []
    starts = [
        place
        for place, event in enumerate(events)
        if isinstance(event, ActionExecuted) and event.name == ACTION_SESSION_START
    ] or [0]
    ends = [*starts[1:], len(events)]
    return [
        ConversationSession(sender_id, number, start, events[start:end])
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def find_points(markers: Mapping[str, Marker], session: ConversationSession) -> Iterator[MarkedPoint]:
    """The points of each marker in a session, in the order of the markers."""
    turns, turns_before = 0, []
    for event in session.events:
        turns_before.append(turns)
        turns += isinstance(event, UserUttered)
    for name, marker in markers.items():
        for place in marker.points(session.events):
            yield MarkedPoint(session, name, session.first + place, turns_before[place])

"""Markers: conditions on the events of a session, by which an author finds the points of conversations that matter.

A marker says of each event of a session whether it holds there. Conditions look at the events themselves, operators
at what other markers say of them, so that markers nest at will.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import or_

from typing_extensions import override

from framework.conversation.events import ActionExecuted, Event, SlotSet, UserUttered

Session = Sequence[Event]


class Marker(ABC):
    """Holds at some events of a session, and not at others."""

    @abstractmethod
    def holds(self, session: Session) -> list[bool]:
        """Whether it holds at each of the events."""

    def points(self, session: Session) -> list[int]:
        """The places of the events to report: all those at which it holds."""
        return [place for place, holds in enumerate(self.holds(session)) if holds]


@dataclass(frozen=True, slots=True)
class ActionRan(Marker):
    """Holds where the bot ran an action."""

    name: str

    @override
    def holds(self, session: Session) -> list[bool]:
        return [isinstance(event, ActionExecuted) and event.name == self.name for event in session]


@dataclass(frozen=True, slots=True)
class IntentHeard(Marker):
    """Holds where the user said something of an intent."""

    name: str

    @override
    def holds(self, session: Session) -> list[bool]:
        return [isinstance(event, UserUttered) and event.intent == self.name for event in session]


@dataclass(frozen=True, slots=True)
class SlotFilled(Marker):
    """Holds from where a slot takes a value until it is emptied."""

    name: str

    @override
    def holds(self, session: Session) -> list[bool]:
        return list(self._follow(session))

    def _follow(self, session: Session) -> Iterator[bool]:
        is_filled = False
        for event in session:
            if isinstance(event, SlotSet) and event.name == self.name:
                is_filled = event.value is not None
            yield is_filled


@dataclass(frozen=True, slots=True)
class Not(Marker):
    """Holds where another marker does not."""

    marker: Marker

    @override
    def holds(self, session: Session) -> list[bool]:
        return [not holds for holds in self.marker.holds(session)]


@dataclass(frozen=True, slots=True)
class AllOf(Marker):
    """Holds where all of several markers do."""

    markers: tuple[Marker, ...]

    @override
    def holds(self, session: Session) -> list[bool]:
        return [all(each) for each in zip(*(marker.holds(session) for marker in self.markers), strict=True)]


@dataclass(frozen=True, slots=True)
class AnyOf(Marker):
    """Holds where at least one of several markers does."""

    markers: tuple[Marker, ...]

    @override
    def holds(self, session: Session) -> list[bool]:
        return [any(each) for each in zip(*(marker.holds(session) for marker in self.markers), strict=True)]


@dataclass(frozen=True, slots=True)
class InOrder(Marker):
    """Holds where the last of several markers holds after the others did, each at a later event than the one before.

    Anything may happen in between. Once it has held, it begins anew with the first of them.
    """

    markers: tuple[Marker, ...]

    @override
    def holds(self, session: Session) -> list[bool]:
        return list(self._follow(session))

    def _follow(self, session: Session) -> Iterator[bool]:
        reached = 0
        for each in zip(*(marker.holds(session) for marker in self.markers), strict=True):
            reached += each[reached]
            is_complete = reached == len(self.markers)
            reached = 0 if is_complete else reached
            yield is_complete


@dataclass(frozen=True, slots=True)
class AtLeastOnce(Marker):
    """Holds from the first event on at which another marker does; only that first event is reported."""

    marker: Marker

    @override
    def holds(self, session: Session) -> list[bool]:
        return list(accumulate(self.marker.holds(session), or_))

    @override
    def points(self, session: Session) -> list[int]:
        return self.marker.points(session)[:1]


@dataclass(frozen=True, slots=True)
class Never(Marker):
    """Holds until another marker does; if that does nowhere, the session's first event is reported, else none."""

    marker: Marker

    @override
    def holds(self, session: Session) -> list[bool]:
        return [not happened for happened in accumulate(self.marker.holds(session), or_)]

    @override
    def points(self, session: Session) -> list[int]:
        return [0] if session and not any(self.marker.holds(session)) else []

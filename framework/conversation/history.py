"""The history of a conversation as policies see it: the events that still apply, and the moments between them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator

import msgspec

from framework.conversation.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    Event,
    LegacyForm,
    Restarted,
    SessionStarted,
    UserFeaturization,
    UserUtteranceReverted,
    UserUttered,
)
from framework.conversation.moment import ACTION_LISTEN, Heard, Moment
from framework.conversation.shared_list import SharedList

_SWALLOWED_BY_LOOPS = frozenset({ActionExecuted, UserUttered, UserFeaturization})
_STRUCTURAL = _SWALLOWED_BY_LOOPS | {ActionExecutionRejected, ActiveLoop, LegacyForm}
_TAKING_BACK = frozenset({Restarted, SessionStarted, ActionReverted, UserUtteranceReverted})


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A moment of decision as learned policies see it, linked to the one before.

    ``heard`` and ``action`` are those that these policies know of, where a rule acted in between.
    """

    moment: Moment
    heard: Heard | None
    action: ActionExecuted | None
    previous: Turn | None


class LearnedView(msgspec.Struct, frozen=True, kw_only=True):
    """What learned policies see of a history: all turns except those that only rules have.

    ``hidden``: the latest turn was one of a rule. ``action`` is the latest action that they know of.
    """

    latest: Turn | None = None
    hidden: bool = False
    action: ActionExecuted | None = None

    def after(self, moment: Moment, *, hide: bool) -> LearnedView:
        """The view once an action is chosen at ``moment``; ``hide``: a rule that is in no story chose it."""
        action = self.action if self.hidden else moment.action
        # A follow-up, and what comes right after a loop ran, belong to the turn before.
        belongs_to_turn = moment.followup_action is not None or moment.action_name == moment.loop_name
        hidden = self.hidden if belongs_to_turn else hide
        if hidden:
            return LearnedView(latest=self.latest, hidden=True, action=action)
        heard = moment.heard
        if self.latest is not None and moment.action_name != ACTION_LISTEN:
            heard = self.latest.heard
        turn = Turn(moment=moment, heard=heard, action=action or moment.action, previous=self.latest)
        return LearnedView(latest=turn, action=action)


def learned_view(start: Moment, events: Iterable[Event]) -> LearnedView:
    """What learned policies see once ``events`` have happened, none of which takes anything back."""
    moment, view = start, LearnedView()
    for event in events:
        if isinstance(event, ActionExecuted):
            view = view.after(moment, hide=event.hide_rule_turn)
        moment = moment.after(event)
    return view.after(moment, hide=False)


class Entry(msgspec.Struct, frozen=True):
    """An event that applies, the moment after it, and the view of learned policies once it has happened."""

    event: Event
    after: Moment
    view: LearnedView


class History:
    """The events of a conversation that still apply, kept up to date event by event.

    What was taken back is gone, and so are repeated executions of a loop with the messages they asked for: of a
    loop, the first execution remains, and those that follow an unhappy path. Where a message was left out like that is
    remembered, so that taking back a message takes back this one and not all that the loop asked. The work for an event
    does not depend on how long the conversation is: structural events are looked up by position, and only what changed
    is made again.
    """

    def __init__(self, start: Moment, whole_loops: frozenset[str] = frozenset()) -> None:
        """``whole_loops`` are taken back as a whole, with all messages that they swallowed."""
        self._start = start
        self._whole_loops = whole_loops
        self._entries: SharedList[Entry] = SharedList()
        self._structural: SharedList[int] = SharedList()
        self._decisions: SharedList[int] = SharedList()
        self._swallowed: SharedList[int] = SharedList()
        """Where the turns of messages began that a loop swallowed: entries from there on are later."""
        self._loops: set[str] = set()
        self._runs: Counter[str | None] = Counter()

    @property
    def now(self) -> Moment:
        """The moment after all events that apply."""
        latest = self._entries.last
        return self._start if latest is None else latest.after

    @property
    def view(self) -> LearnedView:
        """What learned policies see of it, this moment included."""
        return self._recorded_view.after(self.now, hide=False)

    @property
    def _recorded_view(self) -> LearnedView:
        latest = self._entries.last
        return LearnedView() if latest is None else latest.view

    def events(self) -> list[Event]:
        """The events that apply, oldest first."""
        return [entry.event for entry in self._entries]

    def newest_first(self) -> Iterator[Event]:
        """The events that apply, newest first, without a copy."""
        return (entry.event for entry in reversed(self._entries))

    def decisions(self) -> list[ActionExecuted]:
        """The actions that apply, oldest first."""
        return [self._action_at(index) for index in self._decisions]

    def decisions_newest_first(self) -> Iterator[ActionExecuted]:
        """The actions that apply, newest first, without a copy."""
        return (self._action_at(index) for index in reversed(self._decisions))

    def moments_newest_first(self) -> Iterator[Moment]:
        """This moment, then the moments before each action, newest first."""
        yield self.now
        for index in reversed(self._decisions):
            yield self._entries[index - 1].after if index else self._start

    def copy(self) -> History:
        """An independent copy; the entries, which never change, are shared."""
        other = History(self._start, self._whole_loops)
        other._entries = self._entries.copy()
        other._structural = self._structural.copy()
        other._decisions = self._decisions.copy()
        other._swallowed = self._swallowed.copy()
        other._loops = self._loops.copy()
        other._runs = self._runs.copy()
        return other

    def emptied(self) -> History:
        """The history before anything happened."""
        return History(self._start, self._whole_loops)

    def apply(self, event: Event) -> bool:
        """Takes an event into account; returns whether it was simply appended."""
        if type(event) in _TAKING_BACK:
            self._take_back(event)
            return False
        if isinstance(event, ActionExecuted) and event.name in self._loops and self._continues_loop(event.name):
            self._fold_into_previous_execution(event.name)
            return False
        self._append(event)
        return True

    def ran_unknown_as_loop(self, name: str) -> bool:
        """Whether an action ran more than once while nobody knew that it is a loop."""
        return name not in self._loops and self._runs[name] > 1

    def rebuilt(self, events: Iterable[Event], *, loop: str) -> History:
        """The history of ``events`` with one more action known to be a loop from the start."""
        other = History(self._start, self._whole_loops)
        other._loops = self._loops | {loop}
        for event in events:
            other.apply(event)
        return other

    def _take_back(self, event: Event) -> None:
        if isinstance(event, Restarted | SessionStarted):
            self._truncate(0)
            self._runs.clear()
            return
        if isinstance(event, UserUtteranceReverted):
            if self._undo_swallowed():
                return
            # The bot listened before each message, and that is taken back with it.
            self._undo_until(UserUttered)
        self._undo_until(ActionExecuted)

    def _append(self, event: Event) -> None:
        before = self.now
        view = self._recorded_view
        position = len(self._entries)
        if type(event) in _STRUCTURAL:
            self._structural.append(position)
            if isinstance(event, ActionExecuted):
                view = view.after(before, hide=event.hide_rule_turn)
                self._decisions.append(position)
                self._runs[event.name] += 1
            elif isinstance(event, ActiveLoop | LegacyForm) and event.name is not None:
                self._loops.add(event.name)
        self._entries.append(Entry(event, before.after(event), view))

    def _truncate(self, length: int) -> None:
        self._entries.truncate(length)
        _drop_from(self._structural, length)
        _drop_from(self._decisions, length)
        _drop_from(self._swallowed, length + 1)

    def _undo_swallowed(self) -> bool:
        """Takes back the latest message if it is one that a loop swallowed."""
        turn_begin = self._swallowed.last
        kept = (position for position in reversed(self._structural) if self._is_message(position))
        if turn_begin is None or next(kept, -1) >= turn_begin:
            return False
        self._swallowed.pop()
        self._truncate(turn_begin)
        return True

    def _is_message(self, position: int) -> bool:
        return isinstance(self._entries[position].event, UserUttered)

    def _undo_until(self, kind: type[UserUttered | ActionExecuted]) -> None:
        for position in reversed(self._structural):
            if isinstance(self._entries[position].event, kind):
                self._truncate(position)
                return
        self._truncate(0)

    def _continues_loop(self, name: str) -> bool:
        """Whether the loop ran before, was not left since, and no unhappy path came between."""
        next_action: str | None = None
        for position in reversed(self._structural):
            event = self._entries[position].event
            if isinstance(event, ActiveLoop | LegacyForm) and event.name is None:
                return False
            if isinstance(event, ActionExecutionRejected) and event.name == name:
                return False
            if isinstance(event, UserUttered) and next_action is not None and next_action != name:
                return False
            if isinstance(event, ActionExecuted):
                if event.name == name:
                    return True
                next_action = event.name
        return False

    def _fold_into_previous_execution(self, name: str) -> None:
        first_swallowed: int | None = None
        for position in reversed(self._structural):
            event = self._entries[position].event
            if isinstance(event, ActionExecuted) and event.name == name:
                break
            if type(event) in _SWALLOWED_BY_LOOPS:
                first_swallowed = position
        if first_swallowed is None:
            return
        self._swallow_messages(first_swallowed, remembers=name not in self._whole_loops)

    def _swallow_messages(self, first: int, *, remembers: bool) -> None:
        """Leaves out actions and messages from a position on; ``remembers`` where the turns of the messages began."""
        recent = [entry.event for entry in self._entries[first:]]
        earlier = deque(self._swallowed[bisect_right(self._swallowed, first) :])
        self._truncate(first)
        turn_begin = first
        for position, event in enumerate(recent, start=first):
            while earlier and earlier[0] <= position:
                self._remember_swallowed(len(self._entries))
                earlier.popleft()
            if type(event) not in _SWALLOWED_BY_LOOPS:
                self._append(event)
            elif isinstance(event, ActionExecuted):
                turn_begin = len(self._entries)
            elif isinstance(event, UserUttered) and remembers:
                self._remember_swallowed(turn_begin)
        for _ in earlier:
            self._remember_swallowed(len(self._entries))

    def _remember_swallowed(self, turn_begin: int) -> None:
        place = bisect_right(self._swallowed, turn_begin)
        later = self._swallowed[place:]
        self._swallowed.truncate(place)
        for position in (turn_begin, *later):
            self._swallowed.append(position)

    def _action_at(self, position: int) -> ActionExecuted:
        event = self._entries[position].event
        if not isinstance(event, ActionExecuted):
            raise TypeError(f"entry {position} is no action")
        return event


def _drop_from(positions: SharedList[int], position: int) -> None:
    """Drops the positions from one on, of a list that ascends."""
    while (last := positions.last) is not None and last >= position:
        positions.pop()

"""The tracker: a conversation as the fold of its events."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any, Self, TypeVar

from framework.bot.domain import Domain
from framework.conversation.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    Event,
    LegacyForm,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
    UserUttered,
)
from framework.conversation.history import History
from framework.conversation.moment import ACTION_LISTEN, ACTION_SESSION_START, LoopState, Moment
from framework.conversation.said import Said
from framework.conversation.shared_list import SharedList
from framework.conversation.slots import SHOULD_NOT_BE_SET, SlotSchema, SlotValues

__all__ = ["ACTION_LISTEN", "ACTION_SESSION_START", "LoopState", "Tracker"]

EventT = TypeVar("EventT", bound=Event)

_REMEMBERED_MESSAGES = 32


class Tracker:
    """A conversation so far. :meth:`apply` is the only way it changes, at the same cost however long it is.

    ``events`` are all events that are loaded, whether they still apply or not; ``version`` is that of the store
    from which they came.
    """

    def __init__(self, sender_id: str, domain: Domain) -> None:
        self.sender_id = sender_id
        self.domain = domain
        self.version = 0
        self.events: SharedList[Event] = SharedList()
        self.latest_input_channel: str | None = None
        """The channel of the latest user message, even if that was taken back."""
        self.latest_language: str | None = None
        """The language of the latest user message of which it is known, even if that was taken back."""
        self.said = Said()
        """What the bot has said in this session, taken back or not."""
        self.recent_message_ids: deque[str | None] = deque(maxlen=_REMEMBERED_MESSAGES)
        """The ids of the latest user messages, taken back or not."""
        self.actions_since_listen = 0
        """How many actions ran since the bot last listened or a session began, taken back or not."""
        self._now = Moment(slots=SlotSchema(domain).empty)
        self._history = History(self._now, domain.loops_taken_back_whole)

    @classmethod
    def from_events(cls, sender_id: str, domain: Domain, events: Iterable[Event], version: int = 0) -> Self:
        """A conversation of which these events have happened."""
        tracker = cls(sender_id, domain)
        tracker.apply_all(events)
        tracker.version = version
        return tracker

    def copy(self) -> Tracker:
        """An independent copy. Nothing is replayed."""
        other = object.__new__(Tracker)
        other.__dict__.update(self.__dict__)
        other.events = self.events.copy()
        other.recent_message_ids = self.recent_message_ids.copy()
        other._history = self._history.copy()
        return other

    def emptied(self) -> Tracker:
        """The same conversation before anything happened in it."""
        other = object.__new__(Tracker)
        other.__dict__.update(self.__dict__)
        other.version = 0
        other.events = SharedList()
        other.latest_input_channel = None
        other.latest_language = None
        other.said = Said()
        other.recent_message_ids = deque(maxlen=_REMEMBERED_MESSAGES)
        other.actions_since_listen = 0
        other._history = self._history.emptied()
        other._now = other._history.now
        return other

    def apply_all(self, events: Iterable[Event]) -> None:
        """Makes events happen, in order."""
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        """Makes an event happen."""
        if isinstance(event, ActiveLoop | LegacyForm) and event.name is not None:
            self._learn_loop(event.name)
        was_in_step = self._now is self._history.now
        self.events.append(event)
        is_appended = self._history.apply(event)
        self._count(event)
        if isinstance(event, UserUtteranceReverted | ActionReverted) or (was_in_step and is_appended):
            self._now = self._history.now
        else:
            # A loop's repeated execution has left the history, but it did happen.
            self._now = self._now.after(event)

    @property
    def slots(self) -> SlotValues:
        """The value of each slot of the domain."""
        return self._now.slots

    @property
    def latest_message(self) -> UserUttered | None:
        """The latest user message that was not taken back, with the entities that policies added to it."""
        return self._now.heard.message if self._now.heard else None

    @property
    def latest_bot_utterance(self) -> BotUttered | None:
        """What the bot last said."""
        return self._now.bot_utterance

    @property
    def active_loop(self) -> LoopState | None:
        """The active loop (form)."""
        loop = self._now.loop
        return None if loop is None or loop.name == SHOULD_NOT_BE_SET else loop

    @property
    def active_loop_name(self) -> str | None:
        """The name of the active loop."""
        loop = self.active_loop
        return loop.name if loop else None

    @property
    def latest_action(self) -> ActionExecuted | None:
        """The latest action."""
        return self._now.action

    @property
    def latest_action_name(self) -> str | None:
        """The name of the latest action, or its text if it has no name."""
        return self._now.action_name

    @property
    def latest_action_text(self) -> str | None:
        """The text of the latest action if that is what was predicted (end-to-end)."""
        return self._now.action.action_text if self._now.action else None

    @property
    def followup_action(self) -> str | None:
        """The action that comes next whatever the policies say; ``action_listen`` in a new conversation."""
        return self._now.followup_action

    @property
    def paused(self) -> bool:
        """Whether the bot is to stay silent."""
        return self._now.paused

    @property
    def latest_event_time(self) -> float | None:
        """When the latest event happened, in Unix seconds."""
        return self.events[-1].timestamp if self.events else None

    @property
    def history(self) -> History:
        """The events that apply, with the moments between them; for policies."""
        return self._history

    def applied_events(self) -> list[Event]:
        """The events that still count: since the last restart or session start, without what was taken back.

        Of a loop, the first execution is kept, and those after an unhappy path.
        """
        return self._history.events()

    def applied_newest_first(self) -> Iterator[Event]:
        """The events that still count, newest first; cheap where only the last few matter."""
        return self._history.newest_first()

    def last_event(self, kind: type[EventT]) -> EventT | None:
        """The latest event of a kind that still counts."""
        return next((event for event in self._history.newest_first() if isinstance(event, kind)), None)

    def last_executed_action(self, skip: int = 0) -> str | None:
        """The name of the latest action that still counts, other than listening; ``skip`` leaves out later ones."""
        names = (action.name for action in self._history.decisions_newest_first() if action.name != ACTION_LISTEN)
        for _ in range(skip):
            next(names, None)
        return next(names, None)

    def events_since_listen(self) -> list[Event]:
        """All events after the latest ``action_listen``, oldest first."""
        return self._events_after(lambda event: isinstance(event, ActionExecuted) and event.name == ACTION_LISTEN)

    def events_since_message(self) -> list[Event]:
        """All events after the latest user message, oldest first."""
        return self._events_after(lambda event: isinstance(event, UserUttered))

    def events_since_restart(self) -> list[Event]:
        """All events after the latest restart, oldest first."""
        return self._events_after(lambda event: isinstance(event, Restarted))

    def latest_entity_values(self, entity: str, role: str | None = None, group: str | None = None) -> list[Any]:
        """The values that the latest message has for an entity with exactly this role and group."""
        found: list[Mapping[str, Any]] = list(self.latest_message.entities) if self.latest_message else []
        wanted = (entity, role, group)
        return [e.get("value") for e in found if (e.get("entity"), e.get("role"), e.get("group")) == wanted]

    def _events_after(self, is_mark: Callable[[Event], bool]) -> list[Event]:
        later = list(takewhile(lambda event: not is_mark(event), reversed(self.events)))
        later.reverse()
        return later

    def _count(self, event: Event) -> None:
        if isinstance(event, UserUttered):
            self.latest_input_channel = event.input_channel
            self.latest_language = event.parse_data.get("language") or self.latest_language
            self.recent_message_ids.append(event.message_id)
        elif isinstance(event, BotUttered):
            self.said = self.said.after(event)
        elif isinstance(event, SessionStarted):
            self.said = Said()
        elif isinstance(event, ActionExecuted):
            starts_count = event.name in (ACTION_LISTEN, ACTION_SESSION_START)
            self.actions_since_listen = 0 if starts_count else self.actions_since_listen + 1

    def _learn_loop(self, name: str) -> None:
        if self._history.ran_unknown_as_loop(name):
            self._history = self._history.rebuilt(self.events, loop=name)

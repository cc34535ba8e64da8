"""Dialogue states: what policies see of a conversation before each decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec

from framework.bot.domain import Domain
from framework.conversation.events import ActionExecuted, Event
from framework.conversation.history import LearnedView, learned_view
from framework.conversation.moment import ACTION_LISTEN, Heard, Moment
from framework.conversation.slots import SHOULD_NOT_BE_SET, SlotSchema
from framework.conversation.tracker import Tracker

ACTION_UNLIKELY_INTENT = "action_unlikely_intent"
RULE_SNIPPET = "..."
"""The action by which a rule says that anything may have happened here."""

SlotFeatures = tuple[float, ...] | str


class DialogueState(msgspec.Struct, frozen=True, omit_defaults=True):
    """One moment of decision. Two that are equal call for the same action.

    ``entities`` are names of entities, and ``entity#role`` or ``entity#group`` where they have one, sorted.
    ``action`` is the latest action by name, ``action_text`` by text. ``slots`` are names and features, sorted.
    """

    intent: str | None = None
    text: str | None = None
    entities: tuple[str, ...] = ()
    action: str | None = None
    action_text: str | None = None
    slots: tuple[tuple[str, SlotFeatures], ...] = ()
    loop: str | None = None

    @property
    def active_loop(self) -> str | None:
        """Name of the active loop; None also where a rule says that there is none."""
        return None if self.loop == SHOULD_NOT_BE_SET else self.loop

    @property
    def is_after_listen(self) -> bool:
        """Whether the user spoke last."""
        return self.action == ACTION_LISTEN

    @property
    def is_start(self) -> bool:
        """Whether nothing was done yet."""
        return self.action is None and self.action_text is None

    def by_text(self) -> DialogueState:
        """This state with the user's words rather than their intent and entities."""
        if self.intent is None and not self.entities:
            return self
        return msgspec.structs.replace(self, intent=None, entities=())

    def by_intent(self) -> DialogueState:
        """This state with the user's intent and entities rather than their words."""
        return self if self.text is None else msgspec.structs.replace(self, text=None)

    def settled(self) -> DialogueState:
        """This state with the words left out where there is an intent."""
        return self.by_intent() if self.intent is not None else self

    def to_dict(self) -> dict[str, Any]:
        """The state in the four groups that Rasa knows; groups without content are left out."""
        user = {"intent": self.intent, "text": self.text, "entities": list(self.entities)}
        groups = {
            "user": {key: value for key, value in user.items() if value},
            "slots": {name: list(value) if isinstance(value, tuple) else value for name, value in self.slots},
            "prev_action": {"action_name": self.action} if self.action else {"action_text": self.action_text},
            "active_loop": {"name": self.loop} if self.loop else {},
        }
        if self.is_start:
            del groups["prev_action"]
        return {key: value for key, value in groups.items() if value}


class RuleOnly(msgspec.Struct, frozen=True):
    """Slots and loops that rules have and stories have not; learned policies do not see them."""

    slots: frozenset[str] = frozenset()
    loops: frozenset[str] = frozenset()


NOTHING_RULE_ONLY = RuleOnly()


class StateReader:
    """Reads dialogue states from trackers of one domain.

    States after one of the ``ignored`` actions are left out, as if these had not run.
    """

    def __init__(self, domain: Domain, ignored: frozenset[str] = frozenset({ACTION_UNLIKELY_INTENT})) -> None:
        self.domain = domain
        self.ignored = ignored
        self._default_labels = frozenset(
            label
            for name, entity in domain.entities.items()
            if entity.influence_conversation
            for label in self._labels_of_type(name)
        )
        self._labels: dict[str, frozenset[str]] = {}
        self._start = Moment(slots=SlotSchema(domain).empty)

    def newest_first(self, tracker: Tracker) -> Iterator[DialogueState]:
        """The state now, then the states before each action that counts, newest first."""
        moments = tracker.history.moments_newest_first()
        states = (self._state(moment, moment.heard, moment.action) for moment in moments)
        return self._not_ignored(states)

    def learned_newest_first(self, tracker: Tracker, rule_only: RuleOnly) -> Iterator[DialogueState]:
        """The states as learned policies see them: without the turns, slots and loops that only rules have."""
        return self._not_ignored(self._learned(tracker.history.view, rule_only))

    def for_prediction(
        self, tracker: Tracker, *, rule_only: RuleOnly | None = None, limit: int | None = None
    ) -> tuple[DialogueState, ...]:
        """The latest ``limit`` states, oldest first, with the intent of the last message rather than its text.

        With ``rule_only`` they are those that learned policies see.
        """
        every = self.newest_first(tracker) if rule_only is None else self.learned_newest_first(tracker, rule_only)
        states = [state.settled() for state in islice(every, limit)]
        states.reverse()
        if states and states[-1].is_after_listen:
            states[-1] = states[-1].by_intent()
        return tuple(states)

    def of_events(self, events: Iterable[Event], rule_only: RuleOnly) -> Iterator[DialogueState]:
        """The states that learned policies would see if only these events, which all count, had happened.

        Newest first, in the form that :meth:`for_prediction` gives them.
        """
        view = learned_view(self._start, events)
        states = (state.settled() for state in self._not_ignored(self._learned(view, rule_only)))
        for latest in states:
            yield latest.by_intent() if latest.is_after_listen else latest
            yield from states

    def for_training(self, tracker: Tracker) -> list[DialogueState]:
        """All states, oldest first."""
        states = [state.settled() for state in self.newest_first(tracker)]
        states.reverse()
        return states

    def for_rule_training(self, tracker: Tracker) -> list[DialogueState]:
        """All states, oldest first, with only those slots that a rule names."""
        moments = list(tracker.history.moments_newest_first())
        moments.reverse()
        states = (self._state(moment, moment.heard, moment.action) for moment in moments)
        named = (
            msgspec.structs.replace(state, slots=tuple(slot for slot in state.slots if slot[0] in moment.slots.touched))
            for state, moment in zip(states, moments, strict=True)
        )
        return [state.settled() for state in self._not_ignored(named)]

    def _not_ignored(self, states: Iterator[DialogueState]) -> Iterator[DialogueState]:
        return (state for state in states if state.action not in self.ignored)

    def _learned(self, view: LearnedView, rule_only: RuleOnly) -> Iterator[DialogueState]:
        turn = view.latest
        while turn is not None:
            state = self._state(turn.moment, turn.heard, turn.action)
            if rule_only.slots and any(name in rule_only.slots for name, _ in state.slots):
                kept = tuple(slot for slot in state.slots if slot[0] not in rule_only.slots)
                state = msgspec.structs.replace(state, slots=kept)
            if state.loop in rule_only.loops:
                state = msgspec.structs.replace(state, loop=None)
            yield state
            turn = turn.previous

    def _state(self, moment: Moment, heard: Heard | None, action: ActionExecuted | None) -> DialogueState:
        intent, text, entities = (None, None, ()) if heard is None else self._user(heard)
        name = action.name if action else None
        return DialogueState(
            intent=intent,
            text=text,
            entities=entities,
            action=name,
            action_text=action.action_text if action and not name else None,
            slots=moment.slots.features,
            loop=moment.loop_name,
        )

    def _user(self, heard: Heard) -> tuple[str | None, str | None, tuple[str, ...]]:
        text = (heard.message.text or None) if heard.uses_text is not False else None
        if heard.uses_text:
            return None, text, ()
        intent = heard.message.intent or None
        labels = {label for entity in heard.message.entities for label in _labels_of(entity)}
        if not labels:
            return intent, text, ()
        wanted = labels if intent not in self.domain.intents else self._labels_for(intent)
        return intent, text, tuple(sorted(labels & wanted))

    def _labels_for(self, intent: str) -> frozenset[str]:
        found = self._labels.get(intent)
        if found is None:
            used = self.domain.intents[intent].used_entities
            found = self._default_labels
            if used is not None:
                found = frozenset(label for name in used for label in self._labels_of_type(name))
            self._labels[intent] = found
        return found

    def _labels_of_type(self, name: str) -> list[str]:
        entity = self.domain.entities.get(name)
        return [name, *(f"{name}#{part}" for part in ((*entity.roles, *entity.groups) if entity else ()))]


def _labels_of(entity: dict[str, Any]) -> list[str]:
    name = entity.get("entity")
    if name is None:
        return []
    return [name, *(f"{name}#{entity[key]}" for key in ("role", "group") if entity.get(key) is not None)]

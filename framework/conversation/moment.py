"""A moment: all that a conversation is between two events, and how an event leads to the next moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from framework.conversation.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    EntitiesAdded,
    Event,
    FollowupAction,
    LegacyForm,
    LegacyFormValidation,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserFeaturization,
    UserUttered,
)
from framework.conversation.slots import SlotValues

ACTION_LISTEN = "action_listen"
ACTION_SESSION_START = "action_session_start"


class LoopState(msgspec.Struct, frozen=True, kw_only=True):
    """The active loop (form).

    ``is_interrupted``: it comes back from an unhappy path and is not to validate. ``rejected``: it declined to run.
    ``trigger_message`` is the parse data of the message that started it.
    """

    name: str
    is_interrupted: bool = False
    rejected: bool = False
    trigger_message: dict[str, Any] | None = None


class Heard(msgspec.Struct, frozen=True):
    """A user message, and whether its text (True) or its intent (False) served to predict; None: not known yet."""

    message: UserUttered
    uses_text: bool | None = None


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """All that a conversation is at one moment, as far as the future depends on it."""

    slots: SlotValues
    heard: Heard | None = None
    action: ActionExecuted | None = None
    loop: LoopState | None = None
    followup_action: str | None = ACTION_LISTEN
    paused: bool = False
    bot_utterance: BotUttered | None = None

    @property
    def action_name(self) -> str | None:
        """Name of the latest action, or its text if it has no name."""
        return None if self.action is None else self.action.name or self.action.action_text

    @property
    def loop_name(self) -> str | None:
        """Name of the active loop."""
        return None if self.loop is None else self.loop.name

    def after(self, event: Event) -> Moment:
        """The moment that follows when ``event`` happens. Events that take something back are not for here."""
        change = _CHANGES.get(type(event))
        return self if change is None else change(self, event)


def parse_data_of(message: UserUttered | None) -> dict[str, Any]:
    """The parse data of a message with all the keys that readers rely on; that of silence where there is none."""
    if message is None:
        return {"intent": {}, "entities": [], "text": None, "message_id": None, "metadata": {}}
    metadata = {} if message.metadata is msgspec.UNSET else message.metadata or {}
    return {
        "intent": {},
        "entities": [],
        "text": message.text,
        "message_id": message.message_id,
        "metadata": metadata,
        **message.parse_data,
    }


def _heard(moment: Moment, event: UserUttered) -> Moment:
    return msgspec.structs.replace(moment, heard=Heard(event), followup_action=None)


def _acted(moment: Moment, event: ActionExecuted) -> Moment:
    loop = moment.loop
    if loop is not None and (loop.is_interrupted or (loop.rejected and event.name == loop.name)):
        rejected = loop.rejected and event.name != loop.name
        loop = msgspec.structs.replace(loop, is_interrupted=False, rejected=rejected)
    return msgspec.structs.replace(moment, action=event, loop=loop, followup_action=None)


def _featurized(moment: Moment, event: UserFeaturization) -> Moment:
    if moment.action_name != ACTION_LISTEN or moment.heard is None:
        return moment
    return msgspec.structs.replace(moment, heard=Heard(moment.heard.message, event.use_text_for_featurization))


def _entities_added(moment: Moment, event: EntitiesAdded) -> Moment:
    if moment.action_name != ACTION_LISTEN or moment.heard is None:
        return moment
    message = moment.heard.message
    added = [entity for entity in event.entities if not any(_is_same(entity, known) for known in message.entities)]
    parse_data = {**message.parse_data, "entities": [*message.entities, *added]}
    message = msgspec.structs.replace(message, parse_data=parse_data)
    return msgspec.structs.replace(moment, heard=Heard(message, moment.heard.uses_text))


def _is_same(entity: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two finders mean the same words by the same label, whatever value they see in them."""
    keys = ("entity", "start", "end", "role", "group")
    has_place = entity.get("start") is not None
    return entity == other or (has_place and all(entity.get(key) == other.get(key) for key in keys))


def _slot_set(moment: Moment, event: SlotSet) -> Moment:
    return msgspec.structs.replace(moment, slots=moment.slots.with_value(event.name, event.value))


def _slots_reset(moment: Moment, _: AllSlotsReset) -> Moment:
    return msgspec.structs.replace(moment, slots=moment.slots.reset())


def _loop_changed(moment: Moment, event: ActiveLoop | LegacyForm) -> Moment:
    loop = None
    if event.name is not None:
        message = moment.heard.message if moment.heard else None
        loop = LoopState(name=event.name, trigger_message=parse_data_of(message))
    return msgspec.structs.replace(moment, loop=loop)


def _interruption(moment: Moment, is_interrupted: bool) -> Moment:
    if moment.loop is None:
        return moment
    return msgspec.structs.replace(moment, loop=msgspec.structs.replace(moment.loop, is_interrupted=is_interrupted))


def _rejected(moment: Moment, event: ActionExecutionRejected) -> Moment:
    # A follow-up that declined to run is done with; otherwise it would be asked for again and again.
    followup = None if moment.followup_action == event.name else moment.followup_action
    loop = moment.loop
    if loop is not None and loop.name == event.name:
        loop = msgspec.structs.replace(loop, rejected=True)
    return msgspec.structs.replace(moment, loop=loop, followup_action=followup)


def _restarted(moment: Moment, _: Restarted) -> Moment:
    return Moment(slots=moment.slots.reset(), followup_action=ACTION_SESSION_START)


_CHANGES: dict[type, Callable[[Moment, Any], Moment]] = {
    UserUttered: _heard,
    ActionExecuted: _acted,
    UserFeaturization: _featurized,
    EntitiesAdded: _entities_added,
    SlotSet: _slot_set,
    AllSlotsReset: _slots_reset,
    ActiveLoop: _loop_changed,
    LegacyForm: _loop_changed,
    LoopInterrupted: lambda moment, event: _interruption(moment, event.is_interrupted),
    LegacyFormValidation: lambda moment, event: _interruption(moment, not event.validate),
    ActionExecutionRejected: _rejected,
    BotUttered: lambda moment, event: msgspec.structs.replace(moment, bot_utterance=event),
    FollowupAction: lambda moment, event: msgspec.structs.replace(moment, followup_action=event.name),
    ConversationPaused: lambda moment, _: msgspec.structs.replace(moment, paused=True),
    ConversationResumed: lambda moment, _: msgspec.structs.replace(moment, paused=False),
    Restarted: _restarted,
    SessionStarted: lambda moment, _: Moment(slots=moment.slots.reset()),
}

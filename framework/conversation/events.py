"""Events: everything that happens in a conversation, in Rasa's JSON names.

One definition is the wire format, the stored row and the object. ``event`` in the JSON tells the kind.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec


class _Event(msgspec.Struct, kw_only=True, tag_field="event"):
    """What all events share: when (Unix seconds), and free metadata."""

    timestamp: float = msgspec.field(default_factory=time.time)
    metadata: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET


class UserUttered(_Event, tag="user"):
    """The user said something. ``parse_data`` is what NLU made of it, in the form of ``/model/parse``."""

    text: str | None = None
    parse_data: dict[str, Any] = msgspec.field(default_factory=dict)
    input_channel: str | None = None
    message_id: str | None = None

    @property
    def intent(self) -> str | None:
        """Name of the intent, None where there is none."""
        name: str | None = (self.parse_data.get("intent") or {}).get("name")
        return name

    @property
    def entities(self) -> list[dict[str, Any]]:
        """The entities found in the message."""
        found: list[dict[str, Any]] = self.parse_data.get("entities") or []
        return found


class BotUttered(_Event, tag="bot"):
    """The bot said something. ``metadata["utter_action"]`` names the response it came from."""

    text: str | None = None
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class ActionExecuted(_Event, tag="action"):
    """The bot ran an action, or will have done so once its events follow."""

    name: str | None
    policy: str | None = None
    confidence: float | None = None
    action_text: str | None = None
    hide_rule_turn: bool = False


class SlotSet(_Event, tag="slot"):
    """A slot took a value."""

    name: str
    value: Any = None


class AllSlotsReset(_Event, tag="reset_slots"):
    """All slots went back to their initial values."""


class Restarted(_Event, tag="restart"):
    """The conversation began anew; nothing before counts any more."""


class UserUtteranceReverted(_Event, tag="rewind"):
    """The last user message and all that followed it were taken back."""


class ActionReverted(_Event, tag="undo"):
    """The last action and all that followed it were taken back."""


class FollowupAction(_Event, tag="followup"):
    """The named action comes next, whatever the policies say."""

    name: str | None


class ReminderScheduled(_Event, tag="reminder", kw_only=True):
    """At ``date_time`` (ISO 8601) the intent is to be triggered."""

    intent: str
    entities: Any = None
    date_time: str
    name: str | None = None
    kill_on_user_msg: bool = True


class ReminderCancelled(_Event, tag="cancel_reminder"):
    """Reminders that match all given fields are off."""

    name: str | None = None
    intent: str | None = None
    entities: Any = None


class ConversationPaused(_Event, tag="pause"):
    """The bot stays silent until the conversation is resumed (a person took over)."""


class ConversationResumed(_Event, tag="resume"):
    """The bot answers again."""


class StoryExported(_Event, tag="export"):
    """The conversation was written out as a story."""


class AgentUttered(_Event, tag="agent"):
    """A person said something in the bot's place."""

    text: str | None = None
    data: dict[str, Any] | None = None


class ActiveLoop(_Event, tag="active_loop"):
    """A loop (form) became active; None: no loop is any more."""

    name: str | None


class LoopInterrupted(_Event, tag="loop_interrupted"):
    """Whether the active loop is to skip validation, because an unhappy path came between."""

    is_interrupted: bool


class ActionExecutionRejected(_Event, tag="action_execution_rejected"):
    """An action declined to run; other policies may say what comes instead."""

    name: str
    policy: str | None = None
    confidence: float | None = None


class SessionStarted(_Event, tag="session_started"):
    """A new session of the conversation began."""


class EntitiesAdded(_Event, tag="entities"):
    """A policy found entities in the last user message."""

    entities: list[dict[str, Any]]


class UserFeaturization(_Event, tag="user_featurization"):
    """Whether the text of the last user message, rather than its intent, was used to predict."""

    use_text_for_featurization: bool


class LegacyForm(_Event, tag="form"):
    """A form became active, as Rasa 1 wrote it."""

    name: str | None


class LegacyFormValidation(_Event, tag="form_validation"):
    """Whether a form validates, as Rasa 1 wrote it."""

    name: str | None = None
    validate: bool = True


Event = (
    UserUttered
    | BotUttered
    | ActionExecuted
    | SlotSet
    | AllSlotsReset
    | Restarted
    | UserUtteranceReverted
    | ActionReverted
    | FollowupAction
    | ReminderScheduled
    | ReminderCancelled
    | ConversationPaused
    | ConversationResumed
    | StoryExported
    | AgentUttered
    | ActiveLoop
    | LoopInterrupted
    | ActionExecutionRejected
    | SessionStarted
    | EntitiesAdded
    | UserFeaturization
    | LegacyForm
    | LegacyFormValidation
)

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Event)


def encode_event(event: Event) -> bytes:
    """Writes an event as JSON."""
    return _encoder.encode(event)


def decode_event(data: bytes | str) -> Event:
    """Reads an event from JSON.

    Raises:
        msgspec.ValidationError: the JSON is no event.
    """
    event: Event = _decoder.decode(data)
    return event


def event_to_dict(event: Event) -> dict[str, Any]:
    """The event as JSON-like data, as the HTTP API and the action server see it."""
    data: dict[str, Any] = msgspec.to_builtins(event)
    return data


def event_from_dict(data: dict[str, Any]) -> Event:
    """Reads an event from JSON-like data; a ``timestamp`` of null means now.

    Raises:
        msgspec.ValidationError: the data is no event.
    """
    if data.get("timestamp", 0) is None:
        data = {key: value for key, value in data.items() if key != "timestamp"}
    event: Event = msgspec.convert(data, Event)
    return event

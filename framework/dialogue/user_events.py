"""User messages as events, and finding them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from framework.conversation.events import ActionExecuted, UserUttered
from framework.conversation.tracker import ACTION_LISTEN, Tracker

if TYPE_CHECKING:
    from framework.dialogue.channel import UserMessage
    from framework.nlu.parse import ParseData

_RECENT_EVENTS = 200


def user_event(message: UserMessage, text: str, parsed: ParseData) -> UserUttered:
    """The event for a message that has been understood."""
    return UserUttered(
        text=text if message.text is not None else None,
        parse_data={
            "intent": {},
            "entities": [],
            "text": text,
            "message_id": message.message_id,
            "metadata": message.metadata,
            **parsed,
        },
        input_channel=message.input_channel,
        message_id=message.message_id,
        metadata=dict(message.metadata),
    )


def external_message(
    intent: str, entities: Mapping[str, Any] | Sequence[Mapping[str, Any]], input_channel: str | None
) -> UserUttered:
    """The event for something that happened outside the conversation, as if the user had said it.

    Entities are a list of entities, or a mapping from their names to their values.
    """
    if isinstance(entities, Mapping):
        entities = [{"entity": name, "value": value} for name, value in entities.items()]
    text = f"EXTERNAL: {intent}"
    metadata = {"is_external": True}
    return UserUttered(
        text=text,
        parse_data={
            "intent": {"name": intent},
            "entities": [dict(entity) for entity in entities],
            "text": text,
            "message_id": None,
            "metadata": metadata,
        },
        input_channel=input_channel,
        metadata=dict(metadata),
    )


def is_known(tracker: Tracker, message_id: str) -> bool:
    """Whether a message is among the conversation's recent ones."""
    return any(
        isinstance(event, UserUttered) and event.message_id == message_id
        for event in islice(reversed(tracker.events), _RECENT_EVENTS)
    )


def is_answered(tracker: Tracker, message_id: str) -> bool:
    """Whether a recent message has had its turn: the bot listened, or the user said more, since.

    A message that is known but not answered belongs to a turn that broke off after it had stored a part.
    """
    for event in islice(reversed(tracker.events), _RECENT_EVENTS):
        if isinstance(event, UserUttered) and event.message_id == message_id:
            return False
        if isinstance(event, UserUttered) or (isinstance(event, ActionExecuted) and event.name == ACTION_LISTEN):
            return is_known(tracker, message_id)
    return False

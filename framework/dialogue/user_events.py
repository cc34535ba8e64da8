"""User messages as events, and finding them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from framework.conversation.events import ActionExecuted, UserUttered
from framework.conversation.tracker import ACTION_LISTEN, Tracker

if TYPE_CHECKING:
    from framework.dialogue.channel import UserMessage
    from framework.nlu.parse import ParseData

EXTERNAL_PREFIX = "EXTERNAL: "
Progress = Literal["new", "unfinished", "answered"]


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
    intent: str,
    entities: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    input_channel: str | None,
    message_id: str | None = None,
) -> UserUttered:
    """The event for something that happened outside the conversation, as if the user had said it.

    Entities are a list of entities, or a mapping from their names to their values.
    """
    if isinstance(entities, Mapping):
        entities = [{"entity": name, "value": value} for name, value in entities.items()]
    text = f"{EXTERNAL_PREFIX}{intent}"
    metadata = {"is_external": True}
    return UserUttered(
        text=text,
        parse_data={
            "intent": {"name": intent},
            "entities": [dict(entity) for entity in entities],
            "text": text,
            "message_id": message_id,
            "metadata": metadata,
        },
        input_channel=input_channel,
        message_id=message_id,
        metadata=dict(metadata),
    )


def progress_of(message_id: str, tracker: Tracker) -> Progress:
    """How far the answer to a message has come, if it is among the conversation's recent ones.

    A message is answered once the bot listened, or the user said more, after it. One that is stored and not
    answered belongs to a turn that broke off.
    """
    if message_id not in tracker.recent_message_ids:
        return "new"
    is_over = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            if event.message_id == message_id:
                return "answered" if is_over else "unfinished"
            is_over = True
        elif isinstance(event, ActionExecuted) and event.name == ACTION_LISTEN:
            is_over = True
    return "new"

"""A bot message on its way: from a response, as an event, to a channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from framework.conversation.events import BotUttered
from framework.dialogue.channel import BotMessage

_DATA_KEYS = ("elements", "quick_replies", "buttons", "attachment", "image", "custom")


def bot_event(response: Mapping[str, Any], **metadata: Any) -> BotUttered:
    """The event for a response, in the keys of the domain file.

    Keys that no channel renders become metadata. An image doubles as attachment where there is no other, as
    channels of old expect it.
    """
    data = {key: response.get(key) for key in _DATA_KEYS}
    data["attachment"] = data["attachment"] or data["image"]
    further = {key: value for key, value in response.items() if key != "text" and key not in _DATA_KEYS}
    return BotUttered(text=response.get("text"), data=data, metadata={**further, **metadata})


def bot_message(event: BotUttered) -> BotMessage:
    """What a channel is to deliver for a ``bot`` event."""
    data = event.data
    metadata = event.metadata or {}
    image = data.get("image")
    attachment = data.get("attachment")
    return BotMessage(
        text=event.text,
        image=image,
        buttons=list(data.get("buttons") or ()),
        quick_replies=list(data.get("quick_replies") or ()),
        elements=list(data.get("elements") or ()),
        attachment=None if attachment == image else attachment,
        custom=data.get("custom"),
        button_type=metadata.get("button_type"),
        metadata=dict(metadata),
    )

"""An output channel that keeps the bot's messages, for answers that carry them all."""

from __future__ import annotations

from typing import Any

import msgspec
from typing_extensions import override

from framework.dialogue.channel import BotMessage, OutputChannel
from framework.server.parts import AttachmentPart, CustomPart, ImagePart, Part, TextPart, parts_of


class JSONMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message in the form of the REST channel and of the HTTP API."""

    recipient_id: str
    text: str | None = None
    image: str | None = None
    buttons: list[dict[str, Any]] | None = None
    attachment: Any = None
    custom: Any = None


def json_messages(recipient_id: str, message: BotMessage) -> list[JSONMessage]:
    """A bot message as the objects that clients of the REST channel get."""
    return [_json_message(recipient_id, part) for part in parts_of(message)]


def _json_message(recipient_id: str, part: Part) -> JSONMessage:
    match part:
        case TextPart(text, buttons):
            return JSONMessage(recipient_id, text=text, buttons=buttons)
        case ImagePart(url):
            return JSONMessage(recipient_id, image=url)
        case AttachmentPart(attachment):
            return JSONMessage(recipient_id, attachment=attachment)
        case CustomPart(payload):
            return JSONMessage(recipient_id, custom=payload)


class CollectingOutput(OutputChannel):
    """Collects what the bot says. ``name`` is that of the channel on whose behalf it does."""

    def __init__(self, name: str = "collector") -> None:
        self.name = name
        self.messages: list[JSONMessage] = []

    @override
    async def send(self, recipient_id: str, message: BotMessage) -> None:
        self.messages += json_messages(recipient_id, message)

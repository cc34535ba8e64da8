"""A bot message as the parts in which messaging apps send it, one by one."""

from __future__ import annotations

from typing import Any

import msgspec

from framework.dialogue.channel import BotMessage


class TextPart(msgspec.Struct, frozen=True):
    """A text, with buttons beneath it or without."""

    text: str
    buttons: list[dict[str, Any]] | None = None


class ImagePart(msgspec.Struct, frozen=True):
    """A picture, by its address."""

    url: str


class AttachmentPart(msgspec.Struct, frozen=True):
    """A file or whatever else the response says."""

    attachment: Any


class CustomPart(msgspec.Struct, frozen=True):
    """A payload in the platform's own form."""

    payload: Any


Part = TextPart | ImagePart | AttachmentPart | CustomPart


def parts_of(message: BotMessage) -> list[Part]:
    """Splits a message: a text with its buttons, the payload, the image, the attachment, each element.

    A text without buttons is split at blank lines, so that people get several short messages, not a long one.
    """
    parts: list[Part] = []
    buttons = message.quick_replies or message.buttons
    if buttons:
        parts.append(TextPart(message.text or "", buttons))
    elif message.text:
        parts += [TextPart(text) for text in _paragraphs(message.text)]
    if message.custom:
        parts.append(CustomPart(message.custom))
    if message.image:
        parts.append(ImagePart(message.image))
    if message.attachment:
        parts.append(AttachmentPart(message.attachment))
    parts += [_element(element) for element in message.elements]
    return parts


def _paragraphs(text: str) -> list[str]:
    text = text.strip()
    if "\n\n" not in text:
        return [text] if text else []
    return [stripped for paragraph in text.split("\n\n") if (stripped := paragraph.strip("\n"))]


def _element(element: dict[str, Any]) -> TextPart:
    title, subtitle = element.get("title", ""), element.get("subtitle", "")
    return TextPart(f"{title} : {subtitle}", element.get("buttons") or [])

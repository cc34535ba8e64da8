"""What goes between a channel and a conversation: user messages in, bot messages out."""

from __future__ import annotations

import random
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from framework.nlu.parse import ParseData

DEFAULT_SENDER = "default"


def _new_message_id() -> str:
    return f"{random.getrandbits(128):032x}"


@dataclass(slots=True)
class UserMessage:
    """A message from a user. ``parse_data`` spares the pipeline where the meaning is already known."""

    text: str | None
    sender_id: str = DEFAULT_SENDER
    input_channel: str | None = "rest"
    message_id: str = field(default_factory=_new_message_id)
    metadata: dict[str, Any] = field(default_factory=dict)
    parse_data: ParseData | None = None
    timestamp: float = field(default_factory=time.time)


@dataclass(slots=True)
class BotMessage:
    """A message to a user, complete, before its channel renders it. ``metadata`` has ``utter_action``."""

    text: str | None = None
    image: str | None = None
    buttons: list[dict[str, Any]] = field(default_factory=list)
    quick_replies: list[dict[str, Any]] = field(default_factory=list)
    elements: list[dict[str, Any]] = field(default_factory=list)
    attachment: Any = None
    custom: Any = None
    button_type: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


class OutputChannel(ABC):
    """Where the bot's messages of one conversation go. ``name`` picks channel-specific responses."""

    name: str

    @abstractmethod
    async def send(self, recipient_id: str, message: BotMessage) -> None:
        """Delivers one message.

        Raises:
            framework.errors.EnvironmentProblem: the platform did not take it.
        """

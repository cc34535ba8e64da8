"""What an input channel is: it brings a platform's messages to the bot, and knows how to answer there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from framework.dialogue.channel import OutputChannel, UserMessage

if TYPE_CHECKING:
    from sanic import Blueprint, Request

OnMessage = Callable[[UserMessage, OutputChannel], Awaitable[None]]
"""Takes a user's message through a whole turn; the bot's messages go to the output channel meanwhile."""


class ChannelConfig(BaseModel):
    """Base of every channel's ``Config``: its keys in ``credentials.yml``; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


ConfigT = TypeVar("ConfigT", bound=ChannelConfig)


class InputChannel(ABC, Generic[ConfigT]):
    """A way for messages to reach the bot, mounted at ``/webhooks/<name>``.

    ``GET /webhooks/<name>/`` is answered by the server, so that platforms and monitors see that the channel is there.
    A channel must verify that a request comes from its platform before it believes what the request says.
    """

    name: ClassVar[str]
    Config: ClassVar[type[Any]] = ChannelConfig

    def __init__(self, config: ConfigT) -> None:
        self.config = config

    @abstractmethod
    def blueprint(self, on_message: OnMessage) -> Blueprint:
        """The channel's routes, relative to where it is mounted."""

    def get_metadata(self, request: Request) -> dict[str, Any]:  # noqa: ARG002 - for channels that read it
        """What of a request is to be kept as metadata of the user's message."""
        return {}

    def output_channel(self) -> OutputChannel | None:
        """Where the bot can speak without having been spoken to; None if the platform has no such way."""
        return None

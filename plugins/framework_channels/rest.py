"""The REST channel: a message in the body of a POST, the bot's messages in the answer to it."""

from __future__ import annotations

from typing import Any

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw
from typing_extensions import override

from framework.api import (
    BotMessage,
    ChannelConfig,
    CollectingOutput,
    InputChannel,
    OnMessage,
    OutputChannel,
    UserMessage,
    bad_request,
    json_messages,
)

DEFAULT_SENDER = "default"
MAX_SENDER_CHARACTERS = 1000


class RestBody(msgspec.Struct):
    """What a client posts; further keys are left alone."""

    message: str
    sender: str | int | float | None = None
    input_channel: str | None = None
    metadata: dict[str, Any] | None = None
    message_id: str | None = None


class RestChannel(InputChannel[ChannelConfig]):
    """``POST /webhooks/rest/webhook`` with ``{"sender": …, "message": …}``; nobody is asked who they are.

    With ``?stream=true`` each message is sent as a line of JSON as soon as the bot says it.
    """

    name = "rest"

    @override
    def blueprint(self, on_message: OnMessage) -> Blueprint:
        blueprint = Blueprint("rest_channel")

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse | None:
            message = _read_message(_decoder.decode(request.body))
            if request.query_string and request.args.get("stream") == "true":
                await _stream(request, message, on_message)
                return None
            output = CollectingOutput(message.input_channel or self.name)
            await on_message(message, output)
            return raw(_encoder.encode(output.messages), content_type="application/json")

        return blueprint


class StreamingOutput(OutputChannel):
    """Sends each of the bot's messages at once, as a line of JSON."""

    def __init__(self, name: str, response: Any) -> None:
        self.name = name
        self._response = response

    @override
    async def send(self, recipient_id: str, message: BotMessage) -> None:
        for part in json_messages(recipient_id, message):
            await self._response.send(_encoder.encode(part) + b"\n")


_decoder = msgspec.json.Decoder(RestBody)
_encoder = msgspec.json.Encoder()


async def _stream(request: Request, message: UserMessage, on_message: OnMessage) -> None:
    response = await request.respond(content_type="text/event-stream")
    await on_message(message, StreamingOutput(message.input_channel or RestChannel.name, response))
    await response.eof()


def _read_message(body: RestBody) -> UserMessage:
    sender = DEFAULT_SENDER if body.sender is None or body.sender == "" else str(body.sender)
    if len(sender) > MAX_SENDER_CHARACTERS:
        raise bad_request(f"'sender' has {len(sender)} characters; the limit is {MAX_SENDER_CHARACTERS}")
    message = UserMessage(
        text=body.message.strip(),
        sender_id=sender,
        input_channel=body.input_channel or RestChannel.name,
        metadata=body.metadata or {},
    )
    if body.message_id:
        message.message_id = body.message_id
    return message

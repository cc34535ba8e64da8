"""Asks an NLG server for the bot's words, instead of taking them from the domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from typing_extensions import override

from framework.bot.domain import Domain
from framework.conversation.said import VARIATION
from framework.conversation.tracker_json import tracker_with_events
from framework.dialogue.endpoint_client import CallFailed, EndpointClient
from framework.dialogue.recent_events import DEFAULT_MAX_EVENTS, recent_events
from framework.dialogue.responses import Response, ResponseGenerator
from framework.dialogue.variations import VariationPicker

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker


class _Answer(msgspec.Struct):
    """The keys of an answer whose kind matters to channels."""

    text: str | None = None
    image: str | None = None
    buttons: list[dict[str, Any]] | None = None
    quick_replies: list[dict[str, Any]] | None = None
    elements: list[dict[str, Any]] | None = None


class RemoteResponses(ResponseGenerator):
    """Generates responses by the NLG server of ``endpoints.yml``."""

    def __init__(
        self,
        client: EndpointClient,
        domain: Domain,
        *,
        max_events: int | None = DEFAULT_MAX_EVENTS,
        seed: int | str | None = None,
    ) -> None:
        """``max_events`` is how many events of a conversation the server is sent at most, all if None."""
        self._client = client
        self._picker = VariationPicker(domain.responses, seed)
        self._max_events = max_events

    @override
    async def generate(
        self, name: str, tracker: Tracker, channel: str, variables: Mapping[str, Any]
    ) -> Response | None:
        """Asks the server, naming the id of a fitting variation where the domain gives one.

        Raises:
            CallFailed: the server did not answer with a response.
        """
        choice = self._picker.pick(name, tracker, channel)
        request = {
            "response": name,
            "id": choice.variation.id if choice is not None else None,
            "arguments": dict(variables),
            "tracker": tracker_with_events(tracker, recent_events(tracker.events, self._max_events)),
            "channel": {"name": channel},
        }
        answer = await self._client.post(msgspec.json.encode(request))
        if not isinstance(answer, dict):
            raise CallFailed(f"{self._client.url} answered response {name!r} with something other than a JSON object")
        try:
            msgspec.convert(answer, _Answer)
        except msgspec.ValidationError as error:
            raise CallFailed(f"{self._client.url} answered response {name!r} with what is none: {error}") from error
        return answer if choice is None or choice.place is None else {VARIATION: choice.place, **answer}

    @override
    async def close(self) -> None:
        """Closes the connections to the server."""
        await self._client.close()

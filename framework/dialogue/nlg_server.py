"""Asks an NLG server for the bot's words, instead of taking them from the domain."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from framework.bot.domain import Domain
from framework.conversation.tracker_json import tracker_with_events
from framework.dialogue.endpoint_client import CallFailed, EndpointClient
from framework.dialogue.recent_events import DEFAULT_MAX_EVENTS, recent_events
from framework.dialogue.responses import Response, fitting_variations

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker


class RemoteResponses:
    """Generates responses by the NLG server of ``endpoints.yml``."""

    def __init__(self, client: EndpointClient, domain: Domain, *, max_events: int | None = DEFAULT_MAX_EVENTS) -> None:
        """``max_events`` is how many events of a conversation the server is sent at most, all if None."""
        self._client = client
        self._responses = domain.responses
        self._max_events = max_events

    async def generate(
        self, name: str, tracker: Tracker, channel: str, variables: Mapping[str, Any]
    ) -> Response | None:
        """Asks the server, naming the id of a fitting variation where the domain gives one.

        Raises:
            CallFailed: the server did not answer with a JSON object.
        """
        eligible = fitting_variations(self._responses.get(name, ()), tracker.slots, channel)
        request = {
            "response": name,
            "id": random.choice(eligible).id if eligible else None,
            "arguments": dict(variables),
            "tracker": tracker_with_events(tracker, recent_events(tracker.events, self._max_events)),
            "channel": {"name": channel},
        }
        answer = await self._client.post(msgspec.json.encode(request))
        if not isinstance(answer, dict):
            raise CallFailed(f"{self._client.url} answered response {name!r} with something other than a JSON object")
        return answer

    async def close(self) -> None:
        """Closes the connections to the server."""
        await self._client.close()

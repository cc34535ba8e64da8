"""Picks what finds the bot's words: the domain's responses, an NLG server, or a class that the endpoints name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from framework.bot.endpoints import Endpoint
from framework.dialogue.assistant import Assistant
from framework.dialogue.endpoint_client import CallFailed, EndpointClient
from framework.dialogue.nlg_server import RemoteResponses
from framework.dialogue.recent_events import max_events_of
from framework.dialogue.responses import Response, ResponseGenerator, TemplateResponses
from framework.errors import BotError, Problem
from framework.registry import Registry
from framework.server.services import check_options, make_service, service_entry
from framework.storage.ports import ServiceContext

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker

_TEMPLATES = frozenset({"response", "template", "templated"})
_SERVER = "callback"
_OPTIONS_OF_TEMPLATES = ("seed",)
_OPTIONS_OF_SERVERS = ("seed", "max_events")


def make_responses(
    assistant: Assistant, endpoint: Endpoint | None, registry: Registry, context: ServiceContext
) -> ResponseGenerator:
    """Makes what the section ``nlg`` of ``endpoints.yml`` names; the domain's responses are said where there is none.

    Raises:
        EnvironmentProblem: no plugin provides its type.
        BotError: a key of the section is unknown or wrong, or the class cannot be imported.
    """
    if endpoint is None:
        return TemplateResponses(assistant.domain, language=assistant.language)
    kind = (endpoint.type or (_SERVER if endpoint.url else "response")).lower()
    if kind in _TEMPLATES:
        check_options("nlg", endpoint, _OPTIONS_OF_TEMPLATES)
        return TemplateResponses(assistant.domain, language=assistant.language, seed=_seed_of(endpoint))
    if kind == _SERVER:
        return _server(assistant, endpoint)
    name = endpoint.type or ""
    return GuardedResponses(make_service("nlg", service_entry(name, endpoint), registry, context), name)


def _server(assistant: Assistant, endpoint: Endpoint) -> RemoteResponses:
    check_options("nlg", endpoint, _OPTIONS_OF_SERVERS)
    if not endpoint.url:
        raise BotError(
            Problem(
                code="invalid-endpoint", what="an NLG server needs its address", where=endpoint.where, fix="add `url:`"
            )
        )
    return RemoteResponses(
        EndpointClient(endpoint),
        assistant.domain,
        max_events=max_events_of(endpoint),
        seed=_seed_of(endpoint),
    )


def _seed_of(endpoint: Endpoint) -> int | str | None:
    seed = endpoint.options.get("seed")
    if seed is None or (isinstance(seed, int | str) and not isinstance(seed, bool)):
        return seed
    raise BotError(
        Problem(
            code="invalid-endpoint",
            what=f"seed must be a whole number or a text, but is {seed!r}",
            where=endpoint.places.get("seed"),
            fix="write `seed: 42`, or leave it out",
        )
    )


class GuardedResponses(ResponseGenerator):
    """Responses of a plugin or of the bot's own code; where that breaks, only what it was to say is lost."""

    def __init__(self, generator: ResponseGenerator, name: str) -> None:
        self._generator = generator
        self._name = name

    @override
    async def generate(
        self, name: str, tracker: Tracker, channel: str, variables: Mapping[str, Any]
    ) -> Response | None:
        """Runs the other code.

        Raises:
            CallFailed: it broke, or returned something other than a response.
        """
        try:
            response = await self._generator.generate(name, tracker, channel, variables)
        except CallFailed:
            raise
        except Exception as error:
            raise CallFailed(
                f"nlg {self._name!r} failed with response {name!r}: {type(error).__name__}: {error}"
            ) from error
        if response is not None and not isinstance(response, dict):
            raise CallFailed(f"nlg {self._name!r} returned {type(response).__name__} for response {name!r}, not a dict")
        return response

    @override
    async def open(self) -> None:
        """Opens it."""
        await self._generator.open()

    @override
    async def close(self) -> None:
        """Closes it."""
        await self._generator.close()

"""The routes of the HTTP API, one family a module."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from framework.server.routes import conversations, domain, information, model, turns

if TYPE_CHECKING:
    from sanic import Blueprint, Request

    from framework.server.auth import Authenticator
    from framework.server.outputs import Outputs
    from framework.server.service import BotService


def information_blueprint() -> Blueprint:
    """What anyone may ask: whether the server is there, and which version it is."""
    return information.blueprint()


def api_blueprints(service: BotService, authenticator: Authenticator, outputs: Outputs) -> list[Blueprint]:
    """The routes that only those may use whom the authenticator lets in."""
    blueprints = [
        model.blueprint(service),
        domain.blueprint(service),
        conversations.blueprint(service, outputs),
        turns.blueprint(service, outputs),
    ]

    async def admit(request: Request) -> None:
        # An id may have any characters, "/" too, for which the router has no decoding of its own.
        request.match_info = {key: unquote(value) for key, value in request.match_info.items()}
        authenticator.check(request, request.match_info.get("conversation_id"))

    for blueprint in blueprints:
        blueprint.on_request(admit)
    return blueprints

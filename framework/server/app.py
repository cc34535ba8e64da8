"""The Sanic app of a bot: its channels, and the HTTP API if that is on."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.config import Config
from typing_extensions import override

from framework.server.auth import Authenticator
from framework.server.channel import InputChannel
from framework.server.channels import mount_channels
from framework.server.cors import add_cors
from framework.server.error_handlers import add_error_handlers
from framework.server.options import ServerOptions
from framework.server.routes import api_blueprints, information_blueprint
from framework.server.service import BotService

_REQUEST_ID = "x-request-id"


def create_app(service: BotService, channels: Sequence[InputChannel[Any]], options: ServerOptions) -> Sanic[Any, Any]:
    """Makes the app for a service that is opened before the server starts, and closed after it has stopped.

    Raises:
        UsageError: an option of the authentication is wrong.
        EnvironmentProblem: an option needs a package that is not installed.
    """
    app: Sanic[Any, Any] = Sanic(
        f"framework-{uuid.uuid4().hex}",
        config=_config(options),
        configure_logging=False,
        request_class=NumberedRequest,
    )
    authenticator = Authenticator(options.authentication)
    add_error_handlers(app)
    app.blueprint(information_blueprint())
    mount_channels(app, channels, service.handle)
    outputs = {channel.name: channel.output_channel for channel in channels}
    if options.enable_api:
        for blueprint in api_blueprints(service, authenticator, outputs):
            app.blueprint(blueprint)
    if options.cors_origins:
        add_cors(app, options.cors_origins)
    app.on_response(_name_request)  # type: ignore[no-untyped-call]  # Sanic leaves it without types
    _call_hooks(app, service)
    app.register_listener(lambda *_: service.start_reminders(outputs), "after_server_start")
    return app


class NumberedRequest(Request[Any, Any]):
    """A request whose id, where the client names none, costs no call of the operating system."""

    @classmethod
    @override
    def generate_id(cls, *_: Any) -> str:
        return f"{random.getrandbits(64):016x}"


def _config(options: ServerOptions) -> Config:
    return Config(
        {
            "ACCESS_LOG": False,
            "AUTO_EXTEND": False,
            "FALLBACK_ERROR_FORMAT": "json",
            "MOTD": False,
            "REQUEST_MAX_SIZE": options.max_body_bytes,
            "REQUEST_TIMEOUT": options.request_timeout_seconds,
            "RESPONSE_TIMEOUT": options.response_timeout_seconds,
            "TOUCHUP": False,
        },
        env_prefix="",
    )


async def _name_request(request: Request, response: HTTPResponse) -> None:
    response.headers[_REQUEST_ID] = str(request.id)


def _call_hooks(app: Sanic[Any, Any], service: BotService) -> None:
    hook = service.registry.hook

    async def started(app: Sanic[Any, Any]) -> None:
        hook.server_started(app=app)

    async def stopping(app: Sanic[Any, Any]) -> None:
        hook.server_stopping(app=app)

    app.register_listener(started, "after_server_start")
    app.register_listener(stopping, "before_server_stop")

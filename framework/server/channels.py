"""Makes the channels that ``credentials.yml`` names, and mounts them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from framework.bot.config import ComponentEntry
from framework.bot.endpoints import ChannelCredentials, Credentials
from framework.errors import BotError, EnvironmentProblem, FrameworkError, Problem, one_of
from framework.model.config import validate_options
from framework.registry import Registry
from framework.registry.unavailable import RASA_CHANNELS
from framework.server.channel import InputChannel, OnMessage

if TYPE_CHECKING:
    from sanic import HTTPResponse, Request, Sanic

DEFAULT_CHANNEL = "rest"
ENTERPRISE_CHANNEL = "rasa"

logger = logging.getLogger(__name__)


def make_channels(credentials: Credentials, registry: Registry, only: str | None = None) -> list[InputChannel[Any]]:
    """Makes the channels; the REST channel where the file names none. ``only`` picks one, in the file or not.

    The channel ``rasa``, which Rasa writes into the file of every new bot for its enterprise product, is left out.
    So is, with a warning, a channel of Rasa's that no plugin provides: the bot is still to be had on the others.

    Raises:
        EnvironmentProblem: no plugin provides a channel.
        BotError: a key of a channel is unknown, missing or wrong.
    """
    problems: list[Problem] = []
    channels = []
    for wanted in _wanted(credentials, registry, only):
        try:
            channels.append(_make(wanted, registry))
        except FrameworkError as error:
            if isinstance(error, EnvironmentProblem):
                raise
            problems += error.problems
    if problems:
        raise BotError(problems)
    return channels


def mount_channels(app: Sanic[Any, Any], channels: Sequence[InputChannel[Any]], on_message: OnMessage) -> None:
    """Mounts each channel at ``/webhooks/<name>``, with a health check."""
    for channel in channels:
        blueprint = channel.blueprint(on_message)
        blueprint.add_route(_health, "/", methods=["GET"], name="health")
        app.blueprint(blueprint, url_prefix=f"/webhooks/{channel.name}")


async def _health(request: Request) -> HTTPResponse:  # noqa: ARG001 - the signature of a handler
    from sanic.response import json

    return json({"status": "ok"})


def _wanted(credentials: Credentials, registry: Registry, only: str | None) -> Sequence[ChannelCredentials]:
    if only is not None:
        named = [channel for channel in credentials.channels if channel.name == only]
        return named or [ChannelCredentials(name=only)]
    wanted = []
    for channel in credentials.channels:
        if channel.name == ENTERPRISE_CHANNEL:
            logger.info("channel.skipped name=%s reason=it is for Rasa Enterprise only", ENTERPRISE_CHANNEL)
        elif channel.name in RASA_CHANNELS and registry.find(channel.name, ["channel"]) is None:
            logger.warning("%s  the channel %r is not available yet, and is left out", channel.where, channel.name)
        else:
            wanted.append(channel)
    return wanted or [ChannelCredentials(name=DEFAULT_CHANNEL)]


def _make(credentials: ChannelCredentials, registry: Registry) -> InputChannel[Any]:
    name = credentials.name
    known = [spec.name for spec in registry.specs(["channel"])]
    if registry.find(name, ["channel"]) is None and ("." not in name or name.startswith("rasa.")):
        raise EnvironmentProblem(
            Problem(
                code="unknown-channel",
                what=f"no installed plugin provides the channel {name!r}",
                where=credentials.where,
                fix=f"{one_of(name, known)}; or take it out of credentials.yml",
            )
        )
    cls = registry.load(name, ["channel"], where=credentials.where)
    entry = ComponentEntry(name=name, options=credentials.options, where=credentials.where, places=credentials.places)
    config, problems = validate_options(f"channel {name!r}", cls.Config, entry)
    if problems:
        raise BotError(problems)
    channel: InputChannel[Any] = cls(config)
    return channel

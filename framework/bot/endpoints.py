"""``endpoints.yml`` and ``credentials.yml``: where the bot's services are, and its channels' keys."""

from __future__ import annotations

from typing import Any

import msgspec

from framework.errors import Location


class BasicAuth(msgspec.Struct, frozen=True, kw_only=True):
    """HTTP basic authentication."""

    username: str
    password: str


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One service. ``options`` has the keys that only its kind knows (``dialect``, ``queue``, ...)."""

    url: str | None = None
    type: str | None = None
    params: dict[str, str] = msgspec.field(default_factory=dict)
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    basic_auth: BasicAuth | None = None
    token: str | None = None
    token_name: str = "token"
    cafile: str | None = None
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    where: Location | None = None
    places: dict[str, Location] = msgspec.field(default_factory=dict)


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """All services that ``endpoints.yml`` names; None for those it does not."""

    action_endpoint: Endpoint | None = None
    nlg: Endpoint | None = None
    nlu: Endpoint | None = None
    models: Endpoint | None = None
    tracker_store: Endpoint | None = None
    lock_store: Endpoint | None = None
    event_broker: Endpoint | None = None


class ChannelCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of one channel in ``credentials.yml``."""

    name: str
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    where: Location | None = None
    places: dict[str, Location] = msgspec.field(default_factory=dict)


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """All channels of ``credentials.yml``."""

    channels: tuple[ChannelCredentials, ...] = ()

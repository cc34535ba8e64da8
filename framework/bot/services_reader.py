"""Reads ``endpoints.yml`` and ``credentials.yml``."""

from __future__ import annotations

from framework.bot.config_reader import places_of
from framework.bot.document import Mapping, Node
from framework.bot.endpoints import BasicAuth, ChannelCredentials, Credentials, Endpoint, Endpoints
from framework.bot.expect import as_mapping, as_text, check_keys
from framework.bot.file_kinds import check_top_level_keys
from framework.bot.problems import Problems
from framework.errors import Location

_SECTIONS = ("action_endpoint", "nlg", "nlu", "models", "tracker_store", "lock_store", "event_broker")
_KNOWN_KEYS = frozenset(
    ("url", "type", "store_type", "params", "headers", "basic_auth", "token", "token_name", "cafile")
)


def read_endpoints(file: Mapping, problems: Problems) -> Endpoints:
    """Reads the keys of an endpoints file."""
    check_top_level_keys(file, "the endpoints", (*_SECTIONS, "version"), problems)
    found = {section: _read_endpoint(section, file, problems) for section in _SECTIONS}
    return Endpoints(**found)


def _read_endpoint(section: str, file: Mapping, problems: Problems) -> Endpoint | None:
    entry = as_mapping(file.get(section), section, problems)
    if entry is None:
        return None

    def text(key: str) -> str | None:
        return as_text(entry.get(key), f"{section}: {key}", problems)

    return Endpoint(
        url=text("url"),
        type=text("type") or text("store_type"),
        params=_texts(entry.get("params"), f"{section}: params", problems),
        headers=_texts(entry.get("headers"), f"{section}: headers", problems),
        basic_auth=_read_basic_auth(entry, section, problems),
        token=text("token"),
        token_name=text("token_name") or "token",
        cafile=text("cafile"),
        options={key: value.data() for key, value in entry.entries.items() if key not in _KNOWN_KEYS},
        where=file.where_key(section),
        places=places_of(entry),
    )


def _texts(node: Node | None, name: str, problems: Problems) -> dict[str, str]:
    entry = as_mapping(node, name, problems)
    if entry is None:
        return {}
    found = {key: as_text(value, f"{name}: {key}", problems) for key, value in entry.entries.items()}
    return {key: text for key, text in found.items() if text is not None}


def _read_basic_auth(entry: Mapping, section: str, problems: Problems) -> BasicAuth | None:
    auth = as_mapping(entry.get("basic_auth"), f"{section}: basic_auth", problems)
    if auth is None:
        return None
    check_keys(auth, ("username", "password"), f"{section}: basic_auth", problems)
    username = as_text(auth.get("username"), "username", problems)
    password = as_text(auth.get("password"), "password", problems)
    if username is None or password is None:
        problems.error("invalid-endpoint", "basic_auth needs a username and a password", auth.where)
        return None
    return BasicAuth(username=username, password=password)


def read_credentials(file: Mapping, problems: Problems) -> Credentials:
    """Reads the channels of a credentials file."""
    channels = (
        _read_channel(name, node, file.where_key(name), problems)
        for name, node in file.entries.items()
        if name != "version"
    )
    return Credentials(channels=tuple(channels))


def _read_channel(name: str, node: Node, where: Location, problems: Problems) -> ChannelCredentials:
    entry = as_mapping(node, f"channel {name!r}", problems)
    if entry is None:
        return ChannelCredentials(name=name, where=where)
    return ChannelCredentials(name=name, options=entry.data(), where=where, places=places_of(entry))

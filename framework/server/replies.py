"""Reads what requests say and writes what they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sanic.response import raw

from framework.conversation.tracker_json import EventVerbosity
from framework.errors import one_of
from framework.server.api_error import bad_request

if TYPE_CHECKING:
    from sanic import HTTPResponse, Request

BodyT = TypeVar("BodyT")
_encoder = msgspec.json.Encoder()


def json_reply(body: Any, status: int = 200) -> HTTPResponse:
    """An answer in JSON."""
    return raw(_encoder.encode(body), status=status, content_type="application/json")


def read_json(request: Request, shape: type[BodyT]) -> BodyT:
    """The body of a request in the given shape.

    Raises:
        msgspec.DecodeError: the body is not JSON, or not of this shape; the client is answered 400.
    """
    return msgspec.json.decode(request.body, type=shape)


def verbosity_of(request: Request) -> EventVerbosity:
    """Which events ``?include_events=`` asks for.

    Raises:
        ApiError: it asks for something else.
    """
    wanted = str(request.args.get("include_events", EventVerbosity.AFTER_RESTART))
    try:
        return EventVerbosity(wanted)
    except ValueError:
        known = one_of(wanted, list(EventVerbosity))
        raise bad_request(f"unknown include_events {wanted!r} ({known})", field="include_events") from None


def flag_of(request: Request, name: str) -> bool:
    """Whether ``?name=true`` stands in the query."""
    return str(request.args.get(name, "false")).lower() == "true"


def number_of(request: Request, name: str) -> float | None:
    """The number that ``?name=`` gives, None where there is none.

    Raises:
        ApiError: it is no number.
    """
    written = request.args.get(name)
    if written is None:
        return None
    try:
        return float(written)
    except ValueError:
        raise bad_request(f"{name} has to be a number, not {written!r}", field=name) from None

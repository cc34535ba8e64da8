"""Lets web pages from other origins call the server, if their origin is on the list."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sanic import HTTPResponse, Request, Sanic

_METHODS = "GET, POST, PUT, DELETE, OPTIONS"
_MAX_AGE_SECONDS = "600"


def add_cors(app: Sanic[Any, Any], origins: Sequence[str]) -> None:
    """Answers preflight requests and marks responses. ``*`` in an origin stands for any text."""
    from sanic.response import empty

    async def answer_preflight(request: Request) -> HTTPResponse | None:
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            return empty()
        return None

    async def mark(request: Request, response: HTTPResponse) -> None:
        origin = request.headers.get("origin")
        if origin is None or not any(fnmatchcase(origin, allowed) for allowed in origins):
            return
        response.headers.update(_headers(request, "*" if "*" in origins else origin))

    app.on_request(answer_preflight)
    app.on_response(mark)  # type: ignore[no-untyped-call]  # Sanic leaves it without types


def _headers(request: Request, origin: str) -> dict[str, str]:
    headers = {"access-control-allow-origin": origin, "access-control-expose-headers": "filename"}
    if origin != "*":
        headers |= {"access-control-allow-credentials": "true", "vary": "origin"}
    if request.method == "OPTIONS":
        wanted = request.headers.get("access-control-request-headers")
        headers |= {"access-control-allow-methods": _METHODS, "access-control-max-age": _MAX_AGE_SECONDS}
        headers |= {"access-control-allow-headers": wanted} if wanted else {}
    return headers

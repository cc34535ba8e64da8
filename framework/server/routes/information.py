"""``/`` and ``/version``: is there a server, and which."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text

from framework import __version__
from framework.server.replies import json_reply


def blueprint() -> Blueprint:
    """The routes."""
    routes = Blueprint("information")

    @routes.get("/")
    async def hello(_: Request) -> HTTPResponse:
        return text(f"Hello from framework: {__version__}")

    @routes.get("/version")
    async def version(_: Request) -> HTTPResponse:
        return json_reply({"version": __version__, "minimum_compatible_version": __version__})

    return routes

"""``/domain``: the domain of the model that is loaded."""

from __future__ import annotations

import yaml
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text

from framework.bot.domain_json import domain_to_dict
from framework.server.api_error import ApiError
from framework.server.replies import json_reply
from framework.server.service import BotService


def blueprint(service: BotService) -> Blueprint:
    """The route: JSON unless the ``Accept`` header asks for YAML."""
    routes = Blueprint("domain")

    @routes.get("/domain")
    async def get_domain(request: Request) -> HTTPResponse:
        domain = domain_to_dict(service.model.assistant.domain)
        wanted = [part.partition(";")[0].strip() for part in request.headers.get("accept", "*/*").split(",")]
        for kind in wanted:
            if kind.endswith(("json", "/*")):
                return json_reply(domain)
            if kind.endswith(("yaml", "yml")):
                written = yaml.safe_dump(domain, sort_keys=False, allow_unicode=True)
                return text(written, content_type="application/yaml")
        raise ApiError(406, "NotAcceptable", "the domain is there as application/json and application/yaml")

    return routes

"""``/status`` and ``/model``: what is loaded, what it makes of messages and events, and loading another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import empty

from framework.conversation.events import event_from_dict
from framework.conversation.tracker import Tracker
from framework.errors import FrameworkError
from framework.server.api_error import bad_request, conflict
from framework.server.predictions import prediction_to_dict
from framework.server.replies import json_reply, read_json, verbosity_of
from framework.server.service import BotService

_TEMPORARY_SENDER = "default"


class ParseBody(msgspec.Struct):
    """A message to understand."""

    text: str
    message_id: str | None = None


class ModelBody(msgspec.Struct):
    """Where the model to load is; a local file, so far."""

    model_file: str | None = None
    model_server: dict[str, Any] | None = None
    remote_storage: str | None = None


def blueprint(service: BotService) -> Blueprint:
    """The routes."""
    routes = Blueprint("model")

    @routes.get("/status")
    async def status(_: Request) -> HTTPResponse:
        assistant = service.model.assistant
        return json_reply(
            {"model_file": assistant.model_file, "model_id": assistant.model_id, "num_active_training_jobs": 0}
        )

    @routes.post("/model/parse")
    async def parse(request: Request) -> HTTPResponse:
        if request.query_string and "emulation_mode" in request.args:
            raise bad_request("emulation of other services is not supported", field="emulation_mode")
        body = read_json(request, ParseBody)
        return json_reply(await service.model.worker.parse(body.text, body.message_id))

    @routes.post("/model/predict")
    async def predict(request: Request) -> HTTPResponse:
        verbosity, items = verbosity_of(request), read_json(request, list[dict[str, Any]])
        assistant = service.model.assistant
        if assistant.ensemble is None:
            raise conflict("the model that is loaded has no policies")
        events = [event_from_dict(item) for item in items]
        tracker = Tracker.from_events(_TEMPORARY_SENDER, assistant.domain, events)
        return json_reply(prediction_to_dict(assistant.ensemble.predict(tracker, assistant.domain), tracker, verbosity))

    @routes.put("/model")
    async def replace(request: Request) -> HTTPResponse:
        body = read_json(request, ModelBody)
        if body.model_file is None:
            raise bad_request("only 'model_file', a file on the server's machine, can be loaded", field="model_file")
        try:
            await service.load(Path(body.model_file))
        except FrameworkError as error:
            raise bad_request(f"the model cannot be loaded: {error}", field="model_file") from error
        return empty()

    @routes.delete("/model")
    async def unload(_: Request) -> HTTPResponse:
        await service.use(None)
        return empty()

    return routes

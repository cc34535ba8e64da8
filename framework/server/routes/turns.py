"""Takes, or foretells, steps of a conversation: messages, external events, single actions and predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from sanic import Blueprint, HTTPResponse, Request

from framework.conversation.tracker import Tracker
from framework.conversation.tracker_json import EventVerbosity, tracker_to_dict
from framework.dialogue.channel import OutputChannel, UserMessage
from framework.dialogue.prediction import Prediction
from framework.errors import did_you_mean
from framework.server.api_error import ApiError, bad_request, conflict
from framework.server.collecting import CollectingOutput
from framework.server.outputs import Outputs, output_of
from framework.server.predictions import prediction_to_dict
from framework.server.replies import json_reply, read_json, verbosity_of
from framework.server.running_model import RunningModel
from framework.server.service import BotService

_CONVERSATION = "/conversations/<conversation_id:path>"


class MessageBody(msgspec.Struct):
    """A message to note down. Only the user's can be: ``sender`` says so."""

    text: str
    sender: Literal["user"]
    parse_data: dict[str, Any] | None = None


class IntentBody(msgspec.Struct):
    """An intent that something outside the conversation triggers."""

    name: str
    entities: dict[str, Any] | list[dict[str, Any]] | None = None


class ActionBody(msgspec.Struct):
    """An action to run, and who is said to have chosen it."""

    name: str
    policy: str | None = None
    confidence: float | None = None


def blueprint(service: BotService, outputs: Outputs) -> Blueprint:
    """The routes."""
    routes = Blueprint("turns")

    @routes.post(f"{_CONVERSATION}/messages")
    async def log_message(request: Request, conversation_id: str) -> HTTPResponse:
        verbosity, body = verbosity_of(request), read_json(request, MessageBody)
        message = UserMessage(body.text, conversation_id, input_channel=None, parse_data=body.parse_data)
        model = service.model
        tracker = await model.finish(model.turns.log_message(message))
        return json_reply(tracker_to_dict(tracker, verbosity))

    @routes.post(f"{_CONVERSATION}/trigger_intent")
    async def trigger_intent(request: Request, conversation_id: str) -> HTTPResponse:
        verbosity, body = verbosity_of(request), read_json(request, IntentBody)
        model = service.model
        if body.name not in model.assistant.domain.intents:
            near = did_you_mean(body.name, model.assistant.domain.intents)
            raise ApiError(404, "NotFound", f"the domain has no intent {body.name!r}" + (f", {near}" if near else ""))
        output = await _output(request, model, conversation_id, outputs)
        entities: Mapping[str, Any] | Sequence[Mapping[str, Any]] = body.entities or {}
        tracker = await model.finish(model.turns.trigger_intent(conversation_id, body.name, entities, output))
        return _with_messages(tracker, verbosity, output)

    @routes.post(f"{_CONVERSATION}/execute")
    async def run_action(request: Request, conversation_id: str) -> HTTPResponse:
        verbosity, body = verbosity_of(request), read_json(request, ActionBody)
        model = service.model
        if body.name not in model.assistant.domain.action_names:
            raise bad_request(f"the domain has no action {body.name!r}", field="name")
        output = await _output(request, model, conversation_id, outputs)
        chosen = Prediction(body.policy or "", 0, {body.name: 1.0 if body.confidence is None else body.confidence})
        tracker = await model.finish(model.turns.run_action(conversation_id, chosen, output))
        return _with_messages(tracker, verbosity, output)

    @routes.post(f"{_CONVERSATION}/predict")
    async def predict(_: Request, conversation_id: str) -> HTTPResponse:
        model = service.model
        if model.assistant.ensemble is None:
            raise conflict("the model that is loaded has no policies")
        prediction, tracker = await model.finish(model.turns.predict(conversation_id))
        return json_reply(prediction_to_dict(prediction, tracker, EventVerbosity.ALL))

    return routes


async def _output(request: Request, model: RunningModel, conversation_id: str, outputs: Outputs) -> OutputChannel:
    if "output_channel" not in request.args:
        return CollectingOutput()
    return output_of(request, await model.turns.fetch_tracker(conversation_id), outputs)


def _with_messages(tracker: Tracker, verbosity: EventVerbosity, output: OutputChannel) -> HTTPResponse:
    body: dict[str, Any] = {"tracker": tracker_to_dict(tracker, verbosity)}
    if isinstance(output, CollectingOutput):
        body["messages"] = output.messages
    return json_reply(body)

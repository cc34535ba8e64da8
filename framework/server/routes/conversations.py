"""``/conversations/{id}/tracker`` and its events, and the conversation as a story."""

from __future__ import annotations

from typing import Any

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text

from framework.conversation.events import Event, event_from_dict
from framework.conversation.tracker import Tracker
from framework.conversation.tracker_json import tracker_to_dict
from framework.server.api_error import bad_request
from framework.server.outputs import Outputs, output_of
from framework.server.replies import flag_of, json_reply, number_of, read_json, verbosity_of
from framework.server.service import BotService
from framework.server.story import write_stories

_TRACKER = "/conversations/<conversation_id:path>/tracker"


def blueprint(service: BotService, outputs: Outputs) -> Blueprint:
    """The routes."""
    routes = Blueprint("conversations")

    @routes.get(_TRACKER)
    async def get_tracker(request: Request, conversation_id: str) -> HTTPResponse:
        verbosity, until = verbosity_of(request), number_of(request, "until")
        tracker = await service.model.turns.fetch_tracker(conversation_id)
        return json_reply(tracker_to_dict(_back_at(tracker, until), verbosity))

    @routes.post(f"{_TRACKER}/events")
    async def append_events(request: Request, conversation_id: str) -> HTTPResponse:
        verbosity, events = verbosity_of(request), _read_events(request)
        model = service.model
        output = None
        if flag_of(request, "execute_side_effects"):
            output = output_of(request, await model.turns.fetch_tracker(conversation_id), outputs)
        tracker = await model.finish(model.turns.append_events(conversation_id, events, output))
        return json_reply(tracker_to_dict(tracker, verbosity))

    @routes.put(f"{_TRACKER}/events")
    async def replace_events(request: Request, conversation_id: str) -> HTTPResponse:
        verbosity, events = verbosity_of(request), _read_events(request)
        model = service.model
        await model.finish(_replace(service, conversation_id, events))
        tracker = Tracker.from_events(conversation_id, model.assistant.domain, events)
        return json_reply(tracker_to_dict(tracker, verbosity))

    @routes.get("/conversations/<conversation_id:path>/story")
    async def get_story(request: Request, conversation_id: str) -> HTTPResponse:
        until = number_of(request, "until")
        tracker = await service.model.turns.fetch_tracker(conversation_id)
        story = write_stories(_back_at(tracker, until), all_sessions=flag_of(request, "all_sessions"))
        return text(story, content_type="text/plain; charset=utf-8")

    return routes


async def _replace(service: BotService, conversation_id: str, events: list[Event]) -> None:
    async with service.stores.lock_store.lock(conversation_id):
        await service.stores.tracker_store.replace(conversation_id, events)


def _back_at(tracker: Tracker, until: float | None) -> Tracker:
    """The conversation as it was at a time, events of that very moment included."""
    if until is None:
        return tracker
    events = [event for event in tracker.events if event.timestamp <= until]
    return Tracker.from_events(tracker.sender_id, tracker.domain, events)


def _read_events(request: Request) -> list[Event]:
    body = read_json(request, dict[str, Any] | list[dict[str, Any]])  # type: ignore[arg-type]  # a union is a shape
    items = body if isinstance(body, list) else [body]
    events = []
    for place, item in enumerate(items):
        try:
            events.append(event_from_dict(item))
        except msgspec.ValidationError as error:
            raise bad_request(f"event {place} of the body is not one: {error}") from error
    return events

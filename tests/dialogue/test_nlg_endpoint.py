from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from framework.bot.domain import Domain, ResponseVariation, Slot
from framework.bot.endpoints import Endpoint
from framework.conversation.events import SlotSet
from framework.conversation.tracker import Tracker
from framework.dialogue.endpoint_client import CallFailed, EndpointClient
from framework.dialogue.nlg_server import RemoteResponses

DOMAIN = Domain(
    slots={"name": Slot(name="name", type="text")},
    responses={"utter_greet": (ResponseVariation(text="Hello", id="greet_1"),)},
)


async def ask(answer: web.Response, seen: list[dict[str, Any]]) -> dict[str, Any] | None:
    async def handler(request: web.Request) -> web.Response:
        seen.append(await request.json())
        return answer

    app = web.Application()
    app.router.add_post("/nlg", handler)
    tracker = Tracker("ada", DOMAIN)
    tracker.apply(SlotSet(name="name", value="Ada"))
    async with TestServer(app) as server:
        responses = RemoteResponses(EndpointClient(Endpoint(url=str(server.make_url("/nlg")))), DOMAIN)
        try:
            return await responses.generate("utter_greet", tracker, "slack", {"day": "Monday"})
        finally:
            await responses.close()


async def test_the_server_is_told_the_response_the_variation_the_conversation_and_the_channel() -> None:
    seen: list[dict[str, Any]] = []
    assert await ask(web.json_response({"text": "Hi Ada", "buttons": []}), seen) == {"text": "Hi Ada", "buttons": []}
    (request,) = seen
    assert (request["response"], request["id"]) == ("utter_greet", "greet_1")
    assert request["arguments"] == {"day": "Monday"}
    assert request["channel"] == {"name": "slack"}
    assert request["tracker"]["slots"]["name"] == "Ada"


@pytest.mark.parametrize("answer", [web.Response(status=500), web.json_response(["Hi"]), web.Response(text="Hi")])
async def test_another_answer_than_a_json_object_fails(answer: web.Response) -> None:
    with pytest.raises(CallFailed):
        await ask(answer, [])

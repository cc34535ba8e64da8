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
from framework.dialogue.messages import bot_event
from framework.dialogue.nlg_server import RemoteResponses

DOMAIN = Domain(
    slots={"name": Slot(name="name", type="text")},
    responses={
        "utter_greet": (ResponseVariation(text="Hello", id="greet_1"),),
        "utter_bye": (
            ResponseVariation(text="Bye", id="bye_1"),
            ResponseVariation(text="Ciao", id="bye_2"),
            ResponseVariation(text="Bye on web", id="bye_web", channel="web"),
        ),
    },
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


async def test_the_server_is_told_the_ids_of_variations_that_were_not_said_last() -> None:
    ids: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        ids.append((await request.json())["id"])
        return web.json_response({"text": "Bye!", "id": ids[-1]})

    app = web.Application()
    app.router.add_post("/nlg", handler)
    tracker = Tracker("ada", DOMAIN)
    async with TestServer(app) as server:
        responses = RemoteResponses(EndpointClient(Endpoint(url=str(server.make_url("/nlg")))), DOMAIN)
        for _ in range(6):
            answer = await responses.generate("utter_bye", tracker, "rest", {})
            assert answer is not None
            tracker.apply(bot_event(answer, utter_action="utter_bye"))
        await responses.generate("utter_bye", tracker, "web", {})
        await responses.close()
    assert ids in (["bye_1", "bye_2"] * 3 + ["bye_web"], ["bye_2", "bye_1"] * 3 + ["bye_web"])
    assert tracker.events[-1].metadata["id"] == ids[-2]


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=500),
        web.json_response(["Hi"]),
        web.Response(text="Hi"),
        web.json_response({"text": "Hi", "buttons": "none"}),
        web.json_response({"text": ["Hi"]}),
    ],
)
async def test_another_answer_than_a_response_fails(answer: web.Response) -> None:
    with pytest.raises(CallFailed):
        await ask(answer, [])

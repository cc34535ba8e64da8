from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from framework.bot.domain import Action, Domain, Slot
from framework.bot.endpoints import BasicAuth, Endpoint
from framework.conversation.events import SlotSet, UserUttered
from framework.conversation.tracker import Tracker
from framework.dialogue.action_runner import ActionFailed, ActionRejected
from framework.dialogue.action_server import COMPRESS_VARIABLE, ActionServer
from framework.dialogue.recent_events import DEFAULT_MAX_EVENTS
from framework.errors import BotError, Location, UsageError

DOMAIN = Domain(
    slots={"size": Slot(name="size", type="text")},
    actions={
        "action_look_up": Action(name="action_look_up"),
        "action_with_domain": Action(name="action_with_domain", send_domain=True),
    },
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def action_server(handler: Handler, **options: Any):
    app = web.Application()
    app.router.add_post("/webhook", handler)
    async with TestServer(app) as server:
        endpoint = Endpoint(url=str(server.make_url("/webhook")), **options)
        client = ActionServer(endpoint, DOMAIN)
        try:
            yield client
        finally:
            await client.close()


def conversation() -> Tracker:
    tracker = Tracker("ada", DOMAIN)
    tracker.apply_all([UserUttered(text="hi"), SlotSet(name="size", value="L")])
    return tracker


async def test_the_server_is_sent_the_action_the_whole_tracker_and_the_domain() -> None:
    seen: dict[str, Any] = {}

    async def handler(request: web.Request) -> web.Response:
        seen.update(await request.json())
        return web.json_response({"events": [{"event": "slot", "name": "size", "value": "M"}], "responses": []})

    async with action_server(handler) as client:
        result = await client.run("action_look_up", conversation())
    assert result.events == [{"event": "slot", "name": "size", "value": "M"}]
    assert (seen["next_action"], seen["sender_id"]) == ("action_look_up", "ada")
    assert [event["event"] for event in seen["tracker"]["events"]] == ["user", "slot"]
    assert seen["tracker"]["slots"]["size"] == "L"
    assert seen["domain"]["actions"] == ["action_look_up", {"action_with_domain": {"send_domain": True}}]
    assert seen["version"]


async def test_an_answer_may_leave_out_what_it_has_nothing_of() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response({})

    async with action_server(handler) as client:
        result = await client.run("action_look_up", conversation())
    assert (result.events, result.responses) == ([], [])


async def test_with_selective_domain_only_actions_that_ask_for_it_get_the_domain() -> None:
    seen: list[bool] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append("domain" in await request.json())
        return web.json_response({})

    async with action_server(handler, options={"enable_selective_domain": True}) as client:
        await client.run("action_look_up", conversation())
        await client.run("action_with_domain", conversation())
    assert seen == [False, True]


async def test_status_400_means_that_the_action_declined() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response({"action_name": "action_look_up", "error": "not now"}, status=400)

    async with action_server(handler) as client:
        with pytest.raises(ActionRejected, match="not now"):
            await client.run("action_look_up", conversation())


@pytest.mark.parametrize(
    ("answer", "explained"),
    [
        (web.Response(status=500, text="boom"), "status 500"),
        (web.Response(text="not json"), "failed"),
        (web.json_response([1, 2]), "broke the action-server protocol"),
        (web.json_response({"events": "none"}), "broke the action-server protocol"),
    ],
    ids=["error", "no json", "a list", "events are no list"],
)
async def test_other_answers_fail_and_name_the_action_and_the_url(answer: web.Response, explained: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        return answer

    async with action_server(handler) as client:
        with pytest.raises(ActionFailed, match=explained) as failure:
            await client.run("action_look_up", conversation())
    assert "action_look_up" in str(failure.value)
    assert "/webhook" in str(failure.value)


async def test_a_server_that_is_not_there_fails_and_is_named() -> None:
    client = ActionServer(Endpoint(url="http://127.0.0.1:9/webhook"), DOMAIN)
    with pytest.raises(ActionFailed, match=r"http://127\.0\.0\.1:9/webhook"):
        await client.run("action_look_up", conversation())
    await client.close()


async def test_headers_login_parameters_and_token_of_the_endpoint_are_sent() -> None:
    seen: dict[str, Any] = {}

    async def handler(request: web.Request) -> web.Response:
        seen.update(headers=request.headers, query=dict(request.query))
        return web.json_response({})

    options = {
        "headers": {"X-Shop": "garden"},
        "params": {"lane": "2"},
        "token": "secret",
        "basic_auth": BasicAuth(username="ada", password="pw"),
    }
    async with action_server(handler, **options) as client:
        await client.run("action_look_up", conversation())
    assert seen["headers"]["X-Shop"] == "garden"
    assert seen["headers"]["Authorization"].startswith("Basic ")
    assert seen["query"] == {"lane": "2", "token": "secret"}


def long_conversation(turns: int, slots_in_last_turn: int = 1) -> Tracker:
    tracker = Tracker("ada", DOMAIN)
    for turn in range(turns):
        tracker.apply_all([UserUttered(text=f"message {turn}"), SlotSet(name="size", value="L")])
    tracker.apply_all([SlotSet(name="size", value="M")] * (slots_in_last_turn - 1))
    return tracker


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, DEFAULT_MAX_EVENTS),
        ({"max_events": 50}, 50),
        ({"max_events": "50"}, 50),
        ({"max_events": None}, 1000),
        ({"max_events": 5000}, 1000),
    ],
)
async def test_the_server_is_sent_the_latest_events_only(options: dict[str, Any], sent: int) -> None:
    assert len(await events_sent(long_conversation(500), options=options)) == sent


async def test_the_turn_under_way_is_sent_whole_however_long_it_is() -> None:
    events = await events_sent(long_conversation(20, slots_in_last_turn=30), options={"max_events": 10})
    assert [event["event"] for event in events] == ["user", *["slot"] * 30]


async def test_calls_are_compressed_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMPRESS_VARIABLE, "true")
    encodings: list[str | None] = []
    assert len(await events_sent(conversation(), encodings)) == 2
    assert encodings == ["deflate"]


@pytest.mark.parametrize("limit", [0, -1, "many", True, 2.5])
def test_a_limit_of_events_that_is_no_number_is_refused_with_its_place(limit: object) -> None:
    place = Location("endpoints.yml", 3, 15)
    endpoint = Endpoint(url="http://localhost", options={"max_events": limit}, places={"max_events": place})
    with pytest.raises(BotError, match="max_events must be a whole number above 0") as caught:
        ActionServer(endpoint, DOMAIN)
    assert caught.value.problems[0].where == place


def test_a_switch_that_means_neither_yes_nor_no_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMPRESS_VARIABLE, "perhaps")
    with pytest.raises(UsageError, match=COMPRESS_VARIABLE):
        ActionServer(Endpoint(url="http://localhost"), DOMAIN)


async def events_sent(
    tracker: Tracker, encodings: list[str | None] | None = None, **endpoint: Any
) -> list[dict[str, Any]]:
    """The events that a server gets with a call, and how the call was encoded."""
    bodies: list[bytes] = []

    async def handler(request: web.Request) -> web.Response:
        encoding = request.headers.get("Content-Encoding")
        body = await request.read()
        bodies.append(zlib.decompress(body) if body[:1] != b"{" else body)
        if encodings is not None:
            encodings.append(encoding)
        return web.json_response({})

    async with action_server(handler, **endpoint) as client:
        await client.run("action_look_up", tracker)
    events: list[dict[str, Any]] = msgspec.json.decode(bodies[0])["tracker"]["events"]
    return events

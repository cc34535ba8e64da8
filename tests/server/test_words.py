"""Who finds the bot's words, as ``endpoints.yml`` says."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from framework.bot.domain import Domain
from framework.bot.endpoints import Endpoint, Endpoints
from framework.dialogue.assistant import Assistant
from framework.errors import BotError, EnvironmentProblem, Location
from framework.registry import create_registry
from framework.server.nlg import make_responses
from framework.storage.ports import ServiceContext
from tests.docs.snippets import files_in
from tests.server.serving import serving

BROKEN = """
from framework.api import ResponseGenerator


class Broken(ResponseGenerator):
    async def generate(self, name, tracker, channel, variables):
        raise KeyError(name)


class Odd(ResponseGenerator):
    async def generate(self, name, tracker, channel, variables):
        return "Hello"
"""


async def say(assistant: Assistant, folder: Path, nlg: Endpoint | None, text: str = "hello") -> list[dict[str, Any]]:
    async with serving(assistant, folder, endpoints=Endpoints(nlg=nlg)) as client:
        answer = await client.post("/webhooks/rest/webhook", json={"sender": "ann", "message": text})
        said: list[dict[str, Any]] = answer.json()
        return said


async def test_a_class_in_the_folder_of_the_bot_finds_the_words(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "politeness.py").write_text(files_in("docs/reference/responses.md")["politeness.py"])
    nlg = Endpoint(type="politeness.PoliteResponses", options={"title": "Your shop"})
    plain = await say(assistant, tmp_path, None)
    polite = await say(assistant, tmp_path, nlg)
    assert [message["text"] for message in polite] == [f"Your shop: {message['text']}" for message in plain]


@pytest.mark.parametrize(("name", "complaint"), [("Broken", "KeyError"), ("Odd", "returned str")])
async def test_a_class_that_breaks_loses_only_what_it_was_to_say(
    assistant: Assistant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    complaint: str,
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "broken_words.py").write_text(BROKEN)
    assert await say(assistant, tmp_path, Endpoint(type=f"broken_words.{name}")) == []
    assert complaint in caplog.text


async def test_an_nlg_server_finds_the_words(assistant: Assistant, tmp_path: Path) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response({"text": f"I was asked for {(await request.json())['response']}"})

    app = web.Application()
    app.router.add_post("/nlg", handler)
    async with TestServer(app) as server:
        nlg = Endpoint(url=str(server.make_url("/nlg")), options={"max_events": None, "seed": "x"})
        (message,) = await say(assistant, tmp_path, nlg)
    assert message["text"].startswith("I was asked for utter_")


@pytest.mark.parametrize(
    ("endpoint", "complaint"),
    [
        (Endpoint(options={"sead": 3}), "unknown key 'sead' in nlg"),
        (Endpoint(options={"seed": [1]}), "seed must be a whole number or a text"),
        (Endpoint(url="http://localhost", options={"max_evnts": 3}), "unknown key 'max_evnts' in nlg"),
        (Endpoint(type="callback"), "an NLG server needs its address"),
        (Endpoint(type="politeness_nowhere.Class"), "cannot import 'politeness_nowhere'"),
    ],
)
def test_a_section_that_cannot_be_meant_is_refused_with_its_place(endpoint: Endpoint, complaint: str) -> None:
    with pytest.raises(BotError, match=complaint):
        responses_of(endpoint)


def test_a_type_that_nobody_provides_is_named() -> None:
    with pytest.raises(EnvironmentProblem, match="no installed plugin provides the nlg 'rephrase'"):
        responses_of(Endpoint(type="rephrase", where=Location("endpoints.yml", 1)))


def test_a_key_that_resembles_none_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        responses_of(Endpoint(url="http://localhost", options={"verbosity": 3}))
    assert "'verbosity' of 'nlg' has no effect" in caplog.text


def responses_of(endpoint: Endpoint) -> object:
    return make_responses(Assistant(domain=Domain()), endpoint, create_registry(), ServiceContext())

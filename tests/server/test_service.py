"""A bot keeps answering while its model, its clients and its process come and go."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from framework.bot.endpoints import Endpoint, Endpoints
from framework.conversation.events import BotUttered
from framework.dialogue.channel import UserMessage
from framework.registry import create_registry, hookimpl
from framework.server.collecting import CollectingOutput
from framework.server.service import BotService, NoModelLoaded
from tests.server.serving import make_assistant, serving

WEBHOOK = "/webhooks/rest/webhook"


class SlowParser:
    """A plugin that holds each message back until it is told to let go."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self.seen = 0

    @hookimpl
    def message_received(self, message: UserMessage) -> None:
        self.seen += 1
        self.arrived.set()


async def answer(service: BotService, text: str, sender: str = "s1") -> list[str | None]:
    output = CollectingOutput()
    await service.handle(UserMessage(text, sender), output)
    return [message.text for message in output.messages]


@pytest.fixture
async def service(tmp_path):
    made = BotService(create_registry(), bot_folder=tmp_path)
    await made.open()
    yield made
    await made.close()


async def test_a_conversation_goes_on_after_a_restart(assistant, tmp_path):
    for _ in range(2):
        service = BotService(create_registry(), bot_folder=tmp_path)
        await service.open(assistant)
        assert await answer(service, "hello") == ["Hey! How are you?"]
        await service.close()
    service = BotService(create_registry(), bot_folder=tmp_path)
    await service.open(assistant)
    events = (await service.stores.tracker_store.load("s1")).events
    assert sum(isinstance(event, BotUttered) for event in events) == 2
    await service.close()


async def test_without_a_model_a_message_is_a_conflict(assistant, tmp_path, service):
    with pytest.raises(NoModelLoaded):
        await answer(service, "hello")
    async with serving(None, tmp_path) as client:
        for response in (
            await client.get("/status"),
            await client.post(WEBHOOK, json={"message": "hello"}),
            await client.post("/model/parse", json={"text": "hello"}),
        ):
            assert (response.status_code, response.json()["reason"]) == (409, "Conflict")


async def test_a_turn_under_way_ends_with_the_model_it_began_with(assistant, service):
    await service.use(assistant)
    turns = [asyncio.create_task(answer(service, "hello", f"s{number}")) for number in range(20)]
    await asyncio.sleep(0)
    await service.use(replace(assistant, model_id="m2"))
    assert await asyncio.gather(*turns) == [["Hey! How are you?"]] * 20
    assert await answer(service, "hello", "s0") == ["Hey! How are you?"]
    events = (await service.stores.tracker_store.load("s0")).events
    models = [event.metadata["model_id"] for event in events if isinstance(event, BotUttered)]
    assert models == ["m1", "m2"]


async def test_closing_waits_for_the_turns_under_way(assistant, tmp_path):
    service = BotService(create_registry(), bot_folder=tmp_path)
    await service.open(assistant)
    turns = [asyncio.create_task(answer(service, "so sad", f"s{number}")) for number in range(20)]
    await asyncio.sleep(0)
    await service.close()
    assert all(len(texts) == 4 for texts in await asyncio.gather(*turns))


async def test_a_client_that_goes_away_leaves_a_whole_turn_behind(assistant, tmp_path):
    registry, plugin = create_registry(), SlowParser()
    registry.add_plugin(plugin, "slow")
    async with serving(assistant, tmp_path, registry=registry) as client:
        for number in range(5):
            asking = asyncio.create_task(client.post(WEBHOOK, json={"sender": f"s{number}", "message": "hello"}))
            await plugin.arrived.wait()
            plugin.arrived.clear()
            asking.cancel()
            with pytest.raises((asyncio.CancelledError, httpx.HTTPError)):
                await asking
        for number in range(5):
            async with asyncio.timeout(5):
                events = []
                while not any(event["event"] == "bot" for event in events):
                    events = (await client.get(f"/conversations/s{number}/tracker")).json()["events"]
            assert [event["event"] for event in events].count("user") == 1


async def test_models_are_exchanged_over_the_api(assistant, tmp_path):
    async with serving(assistant, tmp_path) as client:
        assert (await client.delete("/model")).status_code == 204
        assert (await client.get("/status")).status_code == 409
        missing = await client.put("/model", json={"model_file": str(tmp_path / "none.tar.gz")})
        assert (missing.status_code, missing.json()["reason"]) == (400, "BadRequest")
        assert missing.json()["message"].startswith("the model cannot be loaded: ")
        assert (await client.put("/model", json={"remote_storage": "aws"})).status_code == 400


async def test_events_reach_the_broker_of_the_endpoints(assistant, tmp_path):
    endpoints = Endpoints(event_broker=Endpoint(type="file", options={"path": "out.log"}))
    async with serving(assistant, tmp_path, endpoints=endpoints) as client:
        await client.post(WEBHOOK, json={"sender": "s1", "message": "hello"})
        log = tmp_path / "out.log"
        async with asyncio.timeout(5):
            while not log.exists() or log.read_text().count("\n") < 7:  # noqa: ASYNC110 - a file tells nobody
                await asyncio.sleep(0.01)
    assert '"event":"bot"' in log.read_text()


async def test_a_broken_component_is_a_500_that_says_nothing_of_the_message(tmp_path, caplog):
    assistant = make_assistant(tmp_path / "bot")

    def crash(batch):
        raise ValueError("boom")

    assistant.pipeline.components[0].process = crash
    async with serving(assistant, tmp_path) as client:
        response = await client.post(WEBHOOK, json={"sender": "s1", "message": "my secret"})
        assert (response.status_code, response.json()["reason"]) == (500, "ServerError")
        assert "boom" not in response.text
        assert (await client.get("/")).status_code == 200
    assert "my secret" not in caplog.text

"""Messages are understood in batches that form by themselves."""

from __future__ import annotations

import asyncio
import threading

import pytest

from framework.bot.domain import Domain, Entity, Intent
from framework.nlu.batch import IntentResult
from framework.nlu.component import Component, ComponentConfig, LoadContext
from framework.nlu.pipeline import Pipeline
from framework.nlu.worker import InferenceWorker, MessageTooLong

DOMAIN = Domain(intents={"greet": Intent(name="greet")}, entities={"name": Entity(name="name")})


class Echo(Component[ComponentConfig]):
    """Names the intent after the text, fails where the text says so, and waits until it may go on."""

    def __init__(self) -> None:
        super().__init__(ComponentConfig(), LoadContext(name="Echo"))
        self.batches: list[list[str]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def process(self, batch):
        self.batches.append(batch.texts)
        self.may_go_on.wait(5)
        if "fail" in batch.texts:
            raise ValueError("cannot understand this")
        batch.intents = [IntentResult(text, 1.0) for text in batch.texts]


@pytest.fixture
async def echo():
    return Echo()


@pytest.fixture
async def worker(echo):
    made = InferenceWorker(Pipeline([echo]), DOMAIN)
    made.start()
    yield made
    await made.close()


async def test_a_message_is_understood_and_keeps_its_id(worker):
    assert await worker.parse("hello", "m1") == {
        "text": "hello",
        "intent": {"name": "hello", "confidence": 1.0},
        "entities": [],
        "message_id": "m1",
    }


async def test_waiting_messages_share_one_run(worker, echo):
    echo.may_go_on.clear()
    tasks = [asyncio.create_task(worker.parse("first"))]
    async with asyncio.timeout(5):
        while not echo.batches:  # noqa: ASYNC110 - the other side is a thread
            await asyncio.sleep(0.001)
    tasks += [asyncio.create_task(worker.parse(text)) for text in ("a", "b", "c")]
    await asyncio.sleep(0)
    echo.may_go_on.set()
    assert [parsed["text"] for parsed in await asyncio.gather(*tasks)] == ["first", "a", "b", "c"]
    assert echo.batches == [["first"], ["a", "b", "c"]]


async def test_a_message_that_breaks_a_component_breaks_no_other(worker):
    outcomes = await asyncio.gather(*(worker.parse(text) for text in ("a", "fail", "b")), return_exceptions=True)
    assert [type(outcome).__name__ for outcome in outcomes] == ["dict", "ValueError", "dict"]


async def test_the_short_form_passes_by_the_pipeline(worker, echo):
    parsed = await worker.parse('/greet{"name": "Ann"}')
    assert (parsed["intent"]["name"], parsed["entities"][0]["value"], echo.batches) == ("greet", "Ann", [])


async def test_a_message_over_the_limit_is_refused(echo):
    worker = InferenceWorker(Pipeline([echo]), DOMAIN, max_characters=5)
    with pytest.raises(MessageTooLong, match="has 6 characters; the limit is 5"):
        await worker.parse("123456")


async def test_without_a_pipeline_only_the_short_form_means_anything():
    worker = InferenceWorker(None, DOMAIN)
    worker.start()
    assert (await worker.parse("/greet"))["intent"]["name"] == "greet"
    assert (await worker.parse("hello"))["intent"] == {"name": None, "confidence": 0.0}
    await worker.close()

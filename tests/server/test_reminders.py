"""Reminders as they reach users: through servers that restart, crash and share the work."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sanic import Blueprint

from framework.bot.endpoints import Endpoint, Endpoints
from framework.conversation.events import ReminderScheduled
from framework.dialogue.channel import BotMessage, OutputChannel, UserMessage
from framework.registry import create_registry
from framework.server import reminder_clock
from framework.server.channel import InputChannel, OnMessage
from framework.server.collecting import CollectingOutput
from framework.server.service import BotService
from framework.storage.memory import InMemoryTrackerStore
from framework.storage.ports import TrackerStore
from framework.storage.reminders import Reminder
from tests.docs.snippets import write_files
from tests.server.processes import FRAMEWORK, ask, running
from tests.server.serving import serving

PAGE = "docs/how-to/reminders.md"
EXTERNAL = "EXTERNAL: EXTERNAL_tea_is_ready"
DIES_AT_A_REMINDER = """
import os, sys
from framework.cli.main import main
from framework.dialogue.turn import TurnProcessor
from framework.server import reminder_clock

async def die(*_):
    os.kill(os.getpid(), 9)

reminder_clock.LEASE_SECONDS = 1.0
TurnProcessor.remind = die
sys.exit(main())
"""


class Screen(OutputChannel):
    """Shows what the bot says, whenever it says it."""

    name = "screen"

    def __init__(self) -> None:
        self.shown: list[tuple[str, str | None]] = []

    async def send(self, recipient_id: str, message: BotMessage) -> None:
        self.shown.append((recipient_id, message.text))


class ScreenChannel(InputChannel[Any]):
    """A channel on which the bot can speak first."""

    name = "screen"

    def __init__(self) -> None:
        self.screen = Screen()

    def blueprint(self, on_message: OnMessage) -> Blueprint:
        return Blueprint("screen_channel")

    def output_channel(self) -> OutputChannel:
        return self.screen


async def becomes(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


@pytest.fixture(params=["sqlite", "in_memory"])
async def service(request, assistant, tmp_path):
    endpoints = Endpoints(tracker_store=Endpoint(type=request.param))
    made = BotService(create_registry(), endpoints, bot_folder=tmp_path)
    await made.open(assistant)
    yield made
    await made.close()


def in_seconds(seconds: float) -> ReminderScheduled:
    due = datetime.now(UTC) + timedelta(seconds=seconds)
    return ReminderScheduled(intent="goodbye", date_time=due.isoformat(), name="closing time")


async def schedule(service: BotService, seconds: float, sender: str = "ann", channel: str = "screen") -> None:
    """Has somebody say hello, and sets a reminder as an action would."""
    output = CollectingOutput(channel)
    await service.handle(UserMessage("hello", sender, input_channel=channel), output)
    await service.model.turns.append_events(sender, [in_seconds(seconds)], output)


def outputs(screen: Screen) -> dict[str, Callable[[], OutputChannel | None]]:
    return {"screen": lambda: screen}


async def waits(service: BotService) -> bool:
    return await service._reminders.next_due() is not None


async def test_the_answer_goes_to_the_channel_of_the_user_in_time(service):
    screen = Screen()
    service.start_reminders(outputs(screen))
    await schedule(service, 0.3)
    await asyncio.sleep(0.1)
    assert screen.shown == []
    await becomes(lambda: screen.shown == [("ann", "Bye")])


async def test_a_reminder_wakes_a_clock_that_waits_for_a_later_one(service):
    screen = Screen()
    service.start_reminders(outputs(screen))
    await schedule(service, 60, "later")
    await schedule(service, 0.05, "sooner")
    await becomes(lambda: screen.shown == [("sooner", "Bye")])
    assert await waits(service)


async def test_many_that_are_due_at_once_all_come(service):
    screen = Screen()
    await asyncio.gather(*(schedule(service, -1, f"s{number}") for number in range(60)))
    service.start_reminders(outputs(screen))
    await becomes(lambda: len(screen.shown) == 60)
    assert {sender for sender, _ in screen.shown} == {f"s{number}" for number in range(60)}


async def test_without_a_model_reminders_wait_until_there_is_one(assistant, tmp_path):
    service = BotService(create_registry(), bot_folder=tmp_path)
    await service.open(assistant)
    await schedule(service, -1)
    await service.close()
    service = BotService(create_registry(), bot_folder=tmp_path)
    await service.open()
    screen = Screen()
    service.start_reminders(outputs(screen))
    await asyncio.sleep(0.1)
    assert await waits(service)
    await service.use(assistant)
    await becomes(lambda: screen.shown == [("ann", "Bye")])
    await service.close()


async def test_a_server_that_was_away_does_at_its_start_what_came_due_meanwhile(assistant, tmp_path):
    channel = ScreenChannel()
    service = BotService(create_registry(), bot_folder=tmp_path)
    await service.open(assistant)
    await schedule(service, -3600)
    await service.close()
    async with serving(assistant, tmp_path, channels=[channel]) as client:
        await becomes(lambda: channel.screen.shown == [("ann", "Bye")])
        again = await client.post("/conversations/ann/trigger_intent?output_channel=latest", json={"name": "greet"})
        assert "messages" not in again.json()
        assert channel.screen.shown[1:] == [("ann", "Hey! How are you?")]


async def test_closing_ends_at_once_while_reminders_wait(assistant, tmp_path):
    service = BotService(create_registry(), bot_folder=tmp_path)
    await service.open(assistant)
    service.start_reminders({})
    await schedule(service, 3600)
    async with asyncio.timeout(60):
        await service.close()


async def test_closing_ends_what_a_reminder_has_begun(assistant, tmp_path):
    class Slow(Screen):
        async def send(self, recipient_id: str, message: BotMessage) -> None:
            begun.set()
            await asyncio.sleep(0.2)
            await super().send(recipient_id, message)

    begun, screen = asyncio.Event(), Slow()
    service = BotService(create_registry(), bot_folder=tmp_path)
    await service.open(assistant)
    service.start_reminders(outputs(screen))
    await schedule(service, 0)
    await asyncio.wait_for(begun.wait(), 10)
    await service.close()
    assert screen.shown == [("ann", "Bye")]


async def test_the_claim_of_a_reminder_that_takes_long_is_renewed(assistant, tmp_path, monkeypatch):
    class Slow(Screen):
        async def send(self, recipient_id: str, message: BotMessage) -> None:
            await super().send(recipient_id, message)
            await asyncio.sleep(1)

    monkeypatch.setattr(reminder_clock, "LEASE_SECONDS", 0.3)
    services = [BotService(create_registry(), bot_folder=tmp_path) for _ in range(2)]
    screens = [Slow(), Slow()]
    for service in services:
        await service.open(assistant)
    await schedule(services[0], 0)
    for service, screen in zip(services, screens, strict=True):
        service.start_reminders(outputs(screen))
    await asyncio.sleep(0.9)
    claimed = await services[0]._reminders.claim(1, now=time.time(), until=time.time() + 60)
    for service in services:
        await service.close()
    assert claimed == []
    assert sorted(len(screen.shown) for screen in screens) == [0, 1]


async def test_a_reminder_that_fails_is_tried_again_and_then_given_up(assistant, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(reminder_clock, "LEASE_SECONDS", 0.02)
    service = BotService(create_registry(), bot_folder=tmp_path)
    await service.open(assistant)
    await schedule(service, 0)
    tried: list[Reminder] = []

    async def fail(reminder: Reminder) -> None:
        tried.append(reminder)
        raise RuntimeError("the channel is broken")

    clock = reminder_clock.ReminderClock(service._reminders, fail, is_ready=lambda: True)
    clock.start()
    await becomes(lambda: "reminder.given_up name=closing time conversation=ann" in caplog.text)
    await clock.stop()
    assert [reminder.attempts for reminder in tried] == [1, 2, 3, 4, 5]
    assert "the channel is broken" in caplog.text
    assert not await waits(service)
    await service.close()


class PlainStore(TrackerStore):
    """A store of somebody's own that knows nothing of reminders."""

    def __init__(self) -> None:
        self._inside = InMemoryTrackerStore()

    async def load(self, sender_id):
        return await self._inside.load(sender_id)

    async def load_all(self, sender_id):
        return await self._inside.load_all(sender_id)

    async def version(self, sender_id):
        return await self._inside.version(sender_id)

    async def append(self, sender_id, events, *, expected_version):
        return await self._inside.append(sender_id, events, expected_version=expected_version)

    async def replace(self, sender_id, events):
        return await self._inside.replace(sender_id, events)

    def sender_ids(self):
        return self._inside.sender_ids()


async def test_a_store_that_keeps_no_reminders_has_them_all_the_same(assistant, tmp_path):
    endpoints = Endpoints(tracker_store=Endpoint(type=f"{__name__}.PlainStore"))
    service = BotService(create_registry(), endpoints, bot_folder=tmp_path)
    await service.open(assistant)
    screen = Screen()
    service.start_reminders(outputs(screen))
    await schedule(service, 0.05)
    await becomes(lambda: screen.shown == [("ann", "Bye")])
    await service.close()


@pytest.fixture(scope="module")
def tea_room(tmp_path_factory) -> Path:
    """The bot of the documentation, with a model; its tea takes a second."""
    folder = tmp_path_factory.mktemp("tea-room")
    write_files(PAGE, folder)
    actions = folder / "actions.py"
    actions.write_text(actions.read_text().replace("timedelta(seconds=10)", "timedelta(seconds=1)"))
    subprocess.run([*FRAMEWORK, "train", "--fixed-model-name", "tea"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def bot(tea_room, tmp_path) -> Path:
    """The same bot, with conversations of its own."""
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(f"tracker_store:\n  type: sqlite\n  db: {tmp_path / 'conversations.db'}\n")
    return tea_room


def flags(folder: Path) -> list[str]:
    return ["-i", "127.0.0.1", "--enable-api", "--endpoints", str(folder / "endpoints.yml")]


def order(port: int, sender: str = "ann") -> None:
    answer = ask(
        f"http://127.0.0.1:{port}/webhooks/rest/webhook", {"sender": sender, "message": "please brew mint tea"}
    )
    assert answer == [{"recipient_id": sender, "text": "The mint tea takes ten seconds."}]


def said(port: int, sender: str = "ann") -> list[str]:
    """The texts of a conversation, from its first reminder on."""
    events = ask(f"http://127.0.0.1:{port}/conversations/{sender}/tracker?include_events=ALL")["events"]
    texts = [event["text"] for event in events if event["event"] in ("user", "bot")]
    return texts[2:]


def wait_until_reminded(port: int, sender: str = "ann") -> list[str]:
    deadline = time.monotonic() + 20
    while EXTERNAL not in said(port, sender):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.1)
    return said(port, sender)


def test_a_reminder_of_an_action_survives_that_its_server_is_killed(bot, tmp_path):
    with running(bot, *flags(tmp_path)) as (port, _, process):
        order(port)
        process.kill()
    time.sleep(1.1)
    with running(bot, *flags(tmp_path)) as (port, _, process):
        assert wait_until_reminded(port) == [EXTERNAL, "Your mint tea is ready."]
        process.terminate()
        assert process.wait(10) == 0
        assert process.stderr.read() == ""


def test_a_server_that_dies_with_a_reminder_in_its_hands_leaves_it_to_the_next(bot, tmp_path):
    with running(bot, *flags(tmp_path), program=[sys.executable, "-c", DIES_AT_A_REMINDER]) as (port, _, process):
        order(port)
        assert process.wait(20) == -9
    with running(bot, *flags(tmp_path)) as (port, _, _):
        assert wait_until_reminded(port) == [EXTERNAL, "Your mint tea is ready."]


def test_of_servers_that_share_a_store_one_fires_each_reminder(bot, tmp_path):
    senders = [f"s{number}" for number in range(12)]
    with running(bot, *flags(tmp_path)) as (one, _, first), running(bot, *flags(tmp_path)) as (two, _, second):
        for number, sender in enumerate(senders):
            order((one, two)[number % 2], sender)
        for number, sender in enumerate(senders):
            assert wait_until_reminded((two, one)[number % 2], sender) == [EXTERNAL, "Your mint tea is ready."]
        for process in (first, second):
            process.terminate()
            assert process.wait(10) == 0
            assert process.stderr.read() == ""

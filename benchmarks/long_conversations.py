#!/usr/bin/env python3
"""Talks to a bot with a form for thousands of turns, and prints what a late turn costs beside an early one.

    python benchmarks/long_conversations.py [--turns 400 5000] [--max-events 100 | --max-events 0]

The bot is Rasa's formbot with its rule policies and no NLU, on the durable store; its form is validated by an action
server in another process. Times are CPU seconds of the bot's own process, so the other process, the disk and the
network do not count; the medians of blocks of turns are compared, every block a round of the same messages.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import shutil
import time
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web
from rich.console import Console

from framework.bot.bot import BotPaths
from framework.bot.endpoints import Endpoint, Endpoints
from framework.bot.reader import read_bot
from framework.dialogue.channel import BotMessage, OutputChannel, UserMessage
from framework.model.loading import load_assistant
from framework.registry import create_registry
from framework.server.service import BotService
from framework.training.options import TrainingOptions
from framework.training.progress import Progress
from framework.training.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing import Queue

    from framework.dialogue.assistant import Assistant

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
FORMBOT = "RasaHQ__rasa__examples_formbot"
ROUND = (
    "/greet",
    "/request_restaurant",
    '/inform{"cuisine": "mexican"}',
    '/inform{"number": 4}',
    "/chitchat",
    '/inform{"cuisine": "italian"}',
    "/thankyou",
    '/inform{"number": 6}',
    "/bot_challenge",
    '/inform{"cuisine": "greek"}',
)
"""The form stays active from round to round: nobody answers its third question."""
EARLY = 15
"""The turn in the middle of a conversation's second round; in the first, the form begins."""
BLOCKS = 40
"""How many rounds at each length are timed."""
PATIENCE_SECONDS = 20


class Silence(OutputChannel):
    name = "silence"

    async def send(self, recipient_id: str, message: BotMessage) -> None:
        """Lets it go."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", nargs="*", type=int, default=[400, 5000])
    parser.add_argument("--max-events", type=int, help="`max_events` of the action endpoint; 0 for all")
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    logging.getLogger().setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        assistant = train(arguments.shared, folder)
        url = stack.enter_context(action_server())
        limit = {} if arguments.max_events is None else {"max_events": arguments.max_events or None}
        endpoints = Endpoints(action_endpoint=Endpoint(url=url, options=limit))
        asyncio.run(measure(assistant, endpoints, folder, sorted(arguments.turns)))


def train(shared: Path, folder: Path) -> Assistant:
    bot, config = shared / "bots" / FORMBOT, shared / "golden" / FORMBOT / "config.yml"
    shutil.copytree(bot / "data", folder / "data")
    shutil.copy(bot / "domain.yml", folder)
    shutil.copy(config, folder)
    registry = create_registry()
    options = TrainingOptions(models=folder / "models", skip_validation=True)
    trainer = Trainer(read_bot(BotPaths(folder=folder)), registry, options, Progress(Console(stderr=True)))
    return load_assistant(trainer.run(trainer.plan()).model, registry)


@contextmanager
def action_server() -> Iterator[str]:
    """The address of an action server in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ports: Queue[int] = context.Queue()
    process = context.Process(target=serve_actions, args=(ports,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ports.get(timeout=PATIENCE_SECONDS)}/webhook"
    finally:
        process.terminate()
        process.join()


def serve_actions(ports: Queue[int]) -> None:
    """Accepts every slot that the form has extracted from the message."""

    async def webhook(request: web.Request) -> web.Response:
        events = msgspec.json.decode(await request.read())["tracker"]["events"]
        slots = takewhile(lambda event: event["event"] != "user", reversed(events))
        accepted = [event for event in slots if event["event"] == "slot" and event["name"] != "requested_slot"]
        return web.json_response({"events": accepted[::-1], "responses": []})

    async def serve() -> None:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_post("/webhook", webhook)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.put(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())


async def measure(assistant: Assistant, endpoints: Endpoints, folder: Path, lengths: list[int]) -> None:
    service = BotService(create_registry(), endpoints, bot_folder=folder)
    await service.open(assistant)
    try:
        await rounds(service, "warm-up", 20)
        print(f"| turn | CPU of one turn | CPU of turn {EARLY} beside it | ratio |\n|---|---|---|---|")
        so_far = 0
        for length in lengths:
            before = max(0, length // len(ROUND) - BLOCKS // 2 - so_far)
            await rounds(service, "long", before)
            so_far += before + BLOCKS
            late, early = await side_by_side(service, length)
            print(f"| {length} | {late * 1000:.2f} ms | {early * 1000:.2f} ms | {late / early:.2f} × |", flush=True)
    finally:
        await service.close()


async def side_by_side(service: BotService, length: int) -> tuple[float, float]:
    """CPU seconds of a turn of the long conversation and of new ones, in turns, so that other load hits both."""
    late, early = [], []
    for number in range(BLOCKS):
        late += await rounds(service, "long", 1)
        early += (await rounds(service, f"new-{length}-{number}", 2))[1:]
    return median(late), median(early)


async def rounds(service: BotService, sender: str, count: int) -> list[float]:
    """Goes through the messages again and again; returns the CPU seconds of a turn of each round."""
    seconds = []
    for _ in range(count):
        began = time.process_time()
        for text in ROUND:
            await service.handle(UserMessage(text=text, sender_id=sender), Silence())
        seconds.append((time.process_time() - began) / len(ROUND))
    return seconds


if __name__ == "__main__":
    main()

"""A small bot, and a real server for it in the test's own event loop."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from framework.bot.endpoints import Credentials, Endpoints
from framework.bot.nlu_data import NLUData
from framework.dialogue.assistant import Assistant
from framework.registry import Registry, create_registry
from framework.server.app import create_app
from framework.server.channel import InputChannel
from framework.server.channels import make_channels
from framework.server.options import ServerOptions
from framework.server.service import BotService
from tests.assembling import assemble, examples
from tests.dialogue.talking import assistant_of, bot_of

DOMAIN = """
intents: [greet, sad, order, goodbye]
entities: [size]
slots:
  size:
    type: text
    mappings:
    - type: from_entity
      entity: size
responses:
  utter_greet:
  - text: "Hey! How are you?"
  utter_cheer_up:
  - text: |-
      Here is something to cheer you up:

      Look!
    image: "https://example.com/tiger.jpg"
  utter_help:
  - text: "Did that help you?"
    buttons:
    - title: "yes"
      payload: "/greet"
  utter_custom:
  - custom:
      map: here
  utter_bye:
  - text: Bye
    attachment: receipt.pdf
"""
RULES = """
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
- rule: cheer up
  steps:
  - intent: sad
  - action: utter_cheer_up
  - action: utter_help
- rule: order
  steps:
  - intent: order
  - action: utter_custom
- rule: bye
  steps:
  - intent: goodbye
  - action: utter_bye
"""
OPEN_API = ServerOptions(enable_api=True)
TEXTS = NLUData(examples=examples(greet=["hello"], sad=["so sad"], order=["order"], goodbye=["bye"]))


def make_assistant(folder: Path) -> Assistant:
    """A bot of four rules that knows its messages by keyword."""
    assistant = assistant_of(bot_of(folder, DOMAIN, RULES))
    steps = [("WhitespaceTokenizer", {}), ("KeywordIntentClassifier", {"case_sensitive": False})]
    return replace(assistant, pipeline=assemble(steps, TEXTS), model_file="little.tar.gz")


@asynccontextmanager
async def serving(
    assistant: Assistant | None,
    folder: Path,
    options: ServerOptions = OPEN_API,
    *,
    channels: Sequence[InputChannel[Any]] | None = None,
    endpoints: Endpoints | None = None,
    registry: Registry | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """Serves on a free port while the block runs; yields a client for it."""
    registry = registry or create_registry()
    service = BotService(registry, endpoints, bot_folder=folder, max_message_characters=options.max_message_characters)
    app = create_app(service, channels or make_channels(Credentials(), registry), options)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    await service.open(assistant)
    await server.startup()
    await server.start_serving()
    await server.after_start()
    port = listener.getsockname()[1]
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            yield client
    finally:
        await server.before_stop()
        server.close()
        await server.wait_closed()
        await service.close()
        await server.after_stop()

"""``framework shell``: talks to the bot in the terminal, or answers the lines of a pipe."""

from __future__ import annotations

import argparse
import asyncio
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from framework.cli.shell_arguments import add_model_arguments, model_path

if TYPE_CHECKING:
    from framework.cli.shell_screen import ShellScreen
    from framework.dialogue.assistant import Assistant
    from framework.registry import Registry
    from framework.server.service import BotService

SUMMARY = "talk to the bot in the terminal"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework shell``."""
    add_model_arguments(parser)
    parser.add_argument("--endpoints", type=Path, default=Path("endpoints.yml"), help="default: endpoints.yml")
    parser.add_argument("--conversation-id", metavar="NAME", help="go on with this conversation (default: a new one)")


def run(args: argparse.Namespace) -> int:
    """Talks until there are no more messages. ``--debug`` shows, before each answer, how it came about."""
    from framework.model.loading import latest_model, load_assistant
    from framework.registry import create_registry

    registry = create_registry()
    model = latest_model(model_path(args))
    assistant = load_assistant(model, registry)
    if assistant.ensemble is None:
        from framework.cli.shell_nlu import print_understanding

        asyncio.run(print_understanding(assistant))
    else:
        asyncio.run(_talk(args, assistant, registry))
    return 0


async def _talk(args: argparse.Namespace, assistant: Assistant, registry: Registry) -> None:
    from framework.bot.bot import BotPaths
    from framework.bot.reader import read_services
    from framework.cli.output import output_console
    from framework.cli.shell_explainer import TurnExplainer
    from framework.cli.shell_screen import ShellScreen
    from framework.server.service import BotService

    console = output_console()
    screen = ShellScreen(console)
    endpoints = read_services(BotPaths(endpoints=args.endpoints)).endpoints
    sender_id = args.conversation_id or uuid.uuid4().hex
    service = BotService(
        registry,
        endpoints,
        observer=TurnExplainer(screen.note) if args.debug else None,
        reminder_queue=f"shell {sender_id}",
    )
    await service.open(assistant)
    try:
        if console.is_terminal:
            screen.note(f"{assistant.model_file} is ready. Type a message, or /stop to leave.")
        service.start_reminders({screen.name: lambda: screen})
        await converse(service, screen, sender_id)
    finally:
        await service.close()


async def converse(service: BotService, screen: ShellScreen, sender_id: str) -> None:
    """Hands the user's messages to the bot, one after the other, and shows its answers."""
    from framework.cli.shell_reader import messages, open_reader
    from framework.dialogue.channel import UserMessage
    from framework.nlu.worker import MessageTooLong

    async for typed in messages(open_reader()):
        message = UserMessage(screen.take_choice(typed), sender_id=sender_id, input_channel=screen.name)
        try:
            await service.handle(message, screen)
        except MessageTooLong as error:
            screen.note(f"{error}.")

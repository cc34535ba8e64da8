"""``framework shell nlu``: shows what the model understands, as the JSON of ``/model/parse``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from framework.cli.shell_arguments import add_model_arguments, model_path

if TYPE_CHECKING:
    from framework.dialogue.assistant import Assistant

SUMMARY = "see what the model understands, as JSON"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework shell nlu``."""
    add_model_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Reads messages until there are no more, and prints what each means."""
    from framework.model.loading import latest_model, load_assistant
    from framework.registry import create_registry

    assistant = load_assistant(latest_model(model_path(args)), create_registry())
    asyncio.run(print_understanding(assistant))
    return 0


async def print_understanding(assistant: Assistant) -> None:
    """Answers every message with its parse data: one line of JSON each, or laid out for people at a terminal."""
    import msgspec

    from framework.cli.shell_reader import messages, open_reader
    from framework.dialogue.understanding import DirectParser

    parser = DirectParser(assistant.pipeline, assistant.domain)
    at_terminal = sys.stdout.isatty()
    async for message in messages(open_reader()):
        encoded = msgspec.json.encode(await parser.parse(message))
        print((msgspec.json.format(encoded, indent=2) if at_terminal else encoded).decode(), flush=True)

"""What ``interactive`` and ``interactive core`` do once their flags are read."""

from __future__ import annotations

import argparse
import asyncio
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from framework.bot.bot import BotPaths

if TYPE_CHECKING:
    from rich.console import Console

    from framework.cli.interactive_graph import LiveGraph
    from framework.dialogue.assistant import Assistant
    from framework.model.metadata import TrainingType
    from framework.registry import Registry


def teach(args: argparse.Namespace, training_type: TrainingType) -> int:
    """Talks to the model that the flags name, or to one that is trained first."""
    from framework.cli.training_run import bot_paths
    from framework.model.loading import latest_model, load_assistant
    from framework.registry import create_registry

    paths = bot_paths(args)
    model = latest_model(args.model) if args.model is not None else _train(args, training_type)
    registry = create_registry()
    assistant = load_assistant(model, registry)
    asyncio.run(_talk(args, paths, assistant, registry))
    return 0


def _train(args: argparse.Namespace, training_type: TrainingType) -> Path:
    from framework.cli.training_run import make_trainer, print_problems

    trainer = make_trainer(args, training_type)
    print_problems(trainer.check())
    plan = trainer.plan()
    print_problems(plan.notes)
    return trainer.run(plan).model


async def _talk(args: argparse.Namespace, paths: BotPaths, assistant: Assistant, registry: Registry) -> None:
    from msgspec.structs import replace
    from rich.text import Text

    from framework.authoring.teaching import Teaching
    from framework.bot.endpoints import Endpoint
    from framework.bot.reader import read_services
    from framework.cli.interactive_bot import LearningBot
    from framework.cli.interactive_export import Export
    from framework.cli.interactive_questions import open_questions
    from framework.cli.interactive_session import InteractiveSession
    from framework.cli.output import output_console
    from framework.server.service import BotService

    console = output_console()
    questions = open_questions(lambda text: console.print(Text(text), soft_wrap=True))
    endpoints = read_services(BotPaths(endpoints=args.endpoints)).endpoints
    forgetful = replace(endpoints, tracker_store=Endpoint(type="in_memory"), lock_store=None, event_broker=None)
    service = BotService(registry, forgetful)
    bot = LearningBot(service, assistant)
    await bot.open()
    graph = None if args.skip_visualization else _open_graph(paths, args.port, console)
    teaching = Teaching(bot, service.stores.tracker_store, args.conversation_id or uuid.uuid4().hex)
    export = Export(paths, bot, teaching, console, with_texts=args.e2e)
    moved = (lambda: graph.show(teaching.current.events)) if graph is not None else (lambda: None)
    has_left = False
    try:
        _welcome(console, assistant)
        has_left = await InteractiveSession(bot, teaching, questions, console, export, moved=moved).run()
    finally:
        if not has_left:
            export.put_aside()
        if graph is not None:
            graph.close()
        await service.close()


def _open_graph(paths: BotPaths, port: int, console: Console) -> LiveGraph | None:
    """The page with the conversation's graph; None where the port is taken, which is no reason not to talk."""
    from framework.bot.reader import read_bot
    from framework.cli.interactive_graph import LiveGraph

    graph = LiveGraph(read_bot(paths), title=paths.folder.resolve().name)
    try:
        address = graph.start(port)
    except OSError as error:
        console.print(f"No page shows the conversation: port {port}: {error.strerror}. Choose another with --port.")
        return None
    console.print(f"The conversation among all stories: {address}", soft_wrap=True)
    return graph


def _welcome(console: Console, assistant: Assistant) -> None:
    if console.is_terminal:
        keys = "Ctrl-C opens the menu: undo, fork, restart, export, quit. Ctrl-D leaves."
        console.print(f"{assistant.model_file} is ready. Say what a user would say. {keys}", style="dim")

"""A model at work: its inference worker, its turns, and what runs the bot's own actions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from framework.bot.endpoints import Endpoints
from framework.dialogue.action_server import OPTIONS as ACTION_OPTIONS
from framework.dialogue.action_server import ActionServer
from framework.dialogue.assistant import Assistant
from framework.dialogue.embedded_actions import EmbeddedActions
from framework.dialogue.recent_events import max_events_of
from framework.dialogue.turn import TurnProcessor
from framework.nlu.worker import MAX_CHARACTERS, InferenceWorker
from framework.registry import Registry
from framework.server.nlg import make_responses
from framework.server.services import check_options
from framework.server.stores import Stores
from framework.storage.ports import ServiceContext

if TYPE_CHECKING:
    from framework.dialogue.action_runner import ActionRunner
    from framework.dialogue.decisions import TurnObserver
    from framework.storage.reminders import Reminders

ACTIONS_PACKAGE = "actions"
ResultT = TypeVar("ResultT")
AroundActions = Callable[["ActionRunner | None"], "ActionRunner | None"]
"""Puts something around what runs the bot's own actions, such as stubs for tests."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What models work with, one after the other."""

    stores: Stores
    registry: Registry
    endpoints: Endpoints
    bot_folder: Path = Path()
    observer: TurnObserver | None = None
    around_actions: AroundActions | None = None
    reminders: Reminders | None = None
    max_message_characters: int = MAX_CHARACTERS


class RunningModel:
    """An assistant that answers. Closing it lets what it is doing come to its end."""

    def __init__(self, assistant: Assistant, surroundings: Surroundings) -> None:
        """Makes what the assistant needs to answer.

        Raises:
            EnvironmentProblem: the bot has actions of its own, and nothing is installed that runs them.
            BotError: the bot's own code cannot be imported, or an endpoint's key is wrong.
            UsageError: an environment variable is.
        """
        self.assistant = assistant
        self.worker = InferenceWorker(
            assistant.pipeline, assistant.domain, max_characters=surroundings.max_message_characters
        )
        self._own_actions = _own_actions(assistant, surroundings)
        context = ServiceContext(bot_folder=surroundings.bot_folder)
        self._responses = make_responses(assistant, surroundings.endpoints.nlg, surroundings.registry, context)
        self.turns = TurnProcessor(
            assistant,
            surroundings.stores.tracker_store,
            surroundings.stores.lock_store,
            self.worker,
            responses=self._responses,
            own_actions=self._own_actions,
            registry=surroundings.registry,
            observer=surroundings.observer,
            reminders=surroundings.reminders,
        )
        self._tasks: set[asyncio.Task[Any]] = set()
        self.worker.start()

    async def open(self) -> None:
        """Connects what finds the bot's words; called once, before the first turn."""
        await self._responses.open()

    async def finish(self, steps: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Takes steps to their end, even if whoever waits for them goes away: no turn is left half done."""
        task = asyncio.create_task(steps)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Waits for what is under way, then frees what the model holds."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self.worker.close()
        if self._own_actions is not None:
            await self._own_actions.close()
        await self._responses.close()


def _own_actions(assistant: Assistant, surroundings: Surroundings) -> ActionRunner | None:
    runner = _action_runner(assistant, surroundings)
    return runner if surroundings.around_actions is None else surroundings.around_actions(runner)


def _action_runner(assistant: Assistant, surroundings: Surroundings) -> ActionServer | EmbeddedActions | None:
    endpoint = surroundings.endpoints.action_endpoint
    if endpoint is not None:
        check_options("action_endpoint", endpoint, ACTION_OPTIONS)
    if endpoint is not None and endpoint.url:
        return ActionServer(endpoint, assistant.domain)
    if assistant.ensemble is not None and _has_actions_package(surroundings.bot_folder):
        return EmbeddedActions(ACTIONS_PACKAGE, assistant.domain, max_events=max_events_of(endpoint))
    return None


def _has_actions_package(folder: Path) -> bool:
    return (folder / f"{ACTIONS_PACKAGE}.py").is_file() or any((folder / ACTIONS_PACKAGE).glob("*.py"))

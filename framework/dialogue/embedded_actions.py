"""Runs the bot's own actions in this process, so that one command is enough to talk to a bot that has some."""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from framework.bot.domain import Domain
from framework.bot.domain_json import domain_to_dict
from framework.dialogue.action_runner import ActionFailed, ActionRejected, ActionResult, action_call
from framework.dialogue.recent_events import DEFAULT_MAX_EVENTS
from framework.errors import BotError, EnvironmentProblem, Problem

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker


class EmbeddedActions:
    """The ``actions`` package of a bot, run through rasa-sdk's executor on a thread with an event loop of its own.

    Actions may block, as they may on an action server: they hold up each other, never the server's event loop.
    """

    def __init__(self, package: str, domain: Domain, *, max_events: int | None = DEFAULT_MAX_EVENTS) -> None:
        """Imports the package, which must be on the import path.

        Actions see the latest ``max_events`` of a conversation, all if None.

        Raises:
            EnvironmentProblem: rasa-sdk is not installed.
            BotError: the package cannot be imported.
        """
        self._executor = _executor_for(package)
        self._domain = domain_to_dict(domain)
        self._max_events = max_events
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="embedded-actions", daemon=True)
        self._thread.start()

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        """Runs one action.

        Raises:
            ActionRejected: the action declined.
            ActionFailed: the package has no such action, or it broke.
        """
        call = msgspec.to_builtins(action_call(name, tracker, self._domain, self._max_events))
        running = asyncio.run_coroutine_threadsafe(self._run(name, call), self._loop)
        return await asyncio.wrap_future(running)

    async def _run(self, name: str, call: dict[str, Any]) -> ActionResult:
        from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

        try:
            result = await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            raise ActionRejected(rejection.action_name, str(rejection)) from rejection
        except ActionNotFoundException as error:
            raise ActionFailed(f"action {name!r} is in the domain, but no class of the bot's own has it") from error
        except Exception as error:
            raise ActionFailed(f"action {name!r} failed: {type(error).__name__}: {error}") from error
        return msgspec.convert({"events": result.events, "responses": result.responses}, ActionResult)

    async def close(self) -> None:
        """Ends the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()


def _executor_for(package: str) -> Any:
    try:
        from rasa_sdk.executor import ActionExecutor
    except ImportError as error:
        raise EnvironmentProblem(
            Problem(
                code="missing-extra",
                what=f"running the bot's actions in this process needs {error.name!r}",
                fix="pip install rasa-sdk, or set action_endpoint in endpoints.yml",
            )
        ) from error
    _import_or_explain(lambda: importlib.import_module(package), package)
    executor = ActionExecutor()
    _import_or_explain(lambda: executor.register_package(package), package)
    return executor


def _import_or_explain(do: Callable[[], object], package: str) -> None:
    """Runs the bot's own import-time code. rasa-sdk ends the process where a module is missing; that is caught too."""
    try:
        do()
    except (Exception, SystemExit) as error:
        cause = error.__context__ if isinstance(error, SystemExit) else error
        raise BotError(
            Problem(
                code="actions-not-importable",
                what=f"the bot's package {package!r} cannot be imported: {type(cause).__name__}: {cause}",
                fix="repair it, or set action_endpoint in endpoints.yml to an action server that has it",
            )
        ) from error

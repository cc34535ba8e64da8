"""Every extension point of the framework, as typed pluggy hooks.

A plugin implements any of these as module-level functions marked with :data:`hookimpl`. ``framework_provides``
registers components; the others are called while the framework works, to watch or to change what passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from pathlib import Path

    from framework.conversation.events import Event
    from framework.conversation.tracker import Tracker
    from framework.dialogue.channel import BotMessage, UserMessage
    from framework.dialogue.policy import Prediction
    from framework.nlu.parse import ParseData
    from framework.registry.provides import Provides

PROJECT = "framework"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def framework_provides() -> list[Provides]:
    """Called once, when the plugin is loaded. Returns the components the plugin offers."""
    raise NotImplementedError


@hookspec(firstresult=True)
def message_received(message: UserMessage) -> UserMessage | None:
    """Called for each user message before anything else is done with it.

    Returns a message to go on with in its place, or None to leave it to the next plugin.
    """


@hookspec(firstresult=True)
def message_parsed(message: UserMessage, parse_data: ParseData) -> ParseData | None:
    """Called with what the NLU pipeline understood, before it becomes an event. Returns a replacement or None."""


@hookspec
def action_predicted(tracker: Tracker, prediction: Prediction) -> None:
    """Called with the ensemble's decision before the action runs."""


@hookspec
def events_appended(sender_id: str, events: list[Event]) -> None:
    """Called after events of a conversation have been stored."""


@hookspec(firstresult=True)
def response_sending(sender_id: str, response: BotMessage) -> BotMessage | None:
    """Called before a response goes to its channel. Returns a replacement, or None to leave it as it is."""


@hookspec
def training_started(bot_folder: Path) -> None:
    """Called when a training run has read and checked the bot's files, before any component trains."""


@hookspec
def training_finished(bot_folder: Path, model: Path) -> None:
    """Called with the finished model archive."""


@hookspec
def server_started(app: Any) -> None:
    """Called with the Sanic app when the server is ready to answer."""


@hookspec
def server_stopping(app: Any) -> None:
    """Called with the Sanic app before the server stops."""

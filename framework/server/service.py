"""A bot that runs: its stores, its model, its reminders. ``framework run`` and ``shell`` share it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from framework.bot.endpoints import Endpoints
from framework.dialogue.assistant import Assistant
from framework.dialogue.channel import OutputChannel, UserMessage
from framework.model.loading import load_assistant
from framework.nlu.worker import MAX_CHARACTERS
from framework.registry import Registry
from framework.server.api_error import ApiError
from framework.server.outputs import Outputs, pushing_output
from framework.server.reminder_clock import ReminderClock
from framework.server.running_model import AroundActions, RunningModel, Surroundings
from framework.server.stores import Stores, make_stores
from framework.storage.forwarder import BrokerForwarder
from framework.storage.memory_reminders import InMemoryReminders
from framework.storage.ports import ServiceContext

if TYPE_CHECKING:
    from framework.dialogue.decisions import TurnObserver
    from framework.storage.reminders import Reminder, Reminders

SERVERS = "servers"
"""The queue of the reminders that any server of the bot may fire."""

logger = logging.getLogger(__name__)


class NoModelLoaded(ApiError):
    """The request needs a model, and none is loaded."""

    def __init__(self) -> None:
        super().__init__(
            409, "Conflict", "No agent loaded. To continue processing, a model of a trained agent needs to be loaded."
        )


class BotService:
    """Answers messages with the model that is loaded; the model can be exchanged while it does."""

    def __init__(
        self,
        registry: Registry,
        endpoints: Endpoints | None = None,
        *,
        bot_folder: Path = Path(),
        observer: TurnObserver | None = None,
        around_actions: AroundActions | None = None,
        max_message_characters: int = MAX_CHARACTERS,
        reminder_queue: str = SERVERS,
    ) -> None:
        """Picks the stores; nothing is opened yet. Only processes of the same ``reminder_queue`` share reminders.

        Raises:
            FrameworkError: the stores that ``endpoints`` names cannot be made.
        """
        endpoints = endpoints or Endpoints()
        _warn_of_unused(endpoints)
        self.stores: Stores = make_stores(endpoints, registry, ServiceContext(bot_folder=bot_folder))
        store = self.stores.tracker_store
        self._reminders: Reminders = store.reminders(reminder_queue) or InMemoryReminders(store)
        self._clock: ReminderClock | None = None
        self._surroundings = Surroundings(
            stores=self.stores,
            registry=registry,
            endpoints=endpoints,
            bot_folder=bot_folder,
            observer=observer,
            around_actions=around_actions,
            reminders=self._reminders,
            max_message_characters=max_message_characters,
        )
        self._model: RunningModel | None = None
        self._forwarder: BrokerForwarder | None = None
        self._exchange = asyncio.Lock()

    @property
    def registry(self) -> Registry:
        """The plugins that this bot runs with."""
        return self._surroundings.registry

    @property
    def model(self) -> RunningModel:
        """The model that answers now.

        Raises:
            NoModelLoaded: there is none.
        """
        if self._model is None:
            raise NoModelLoaded
        return self._model

    async def open(self, assistant: Assistant | None = None) -> None:
        """Opens the stores and puts the assistant to work, if there is one yet.

        Raises:
            FrameworkError: a store cannot be reached, or the bot's own actions cannot run.
        """
        broker = self.stores.broker
        outbox = self.stores.tracker_store.outbox() if broker is not None else None
        await self.stores.tracker_store.open()
        await self.stores.lock_store.open()
        if broker is not None and outbox is not None:
            await broker.open()
            self._forwarder = BrokerForwarder(outbox, broker)
            self._forwarder.start()
        if assistant is not None:
            await self.use(assistant)

    async def close(self) -> None:
        """Ends the turns under way, then closes everything."""
        if self._clock is not None:
            await self._clock.stop()
        await self.use(None)
        if self._forwarder is not None:
            await self._forwarder.stop()
        if self.stores.broker is not None:
            await self.stores.broker.close()
        await self.stores.lock_store.close()
        await self.stores.tracker_store.close()

    async def use(self, assistant: Assistant | None) -> None:
        """Puts another assistant to work, or none; turns under way end with the one they began with."""
        async with self._exchange:
            before = self._model
            self._model = await self._started(assistant) if assistant is not None else None
            if self._clock is not None:
                self._clock.wake()
            if before is not None:
                await before.close()

    async def _started(self, assistant: Assistant) -> RunningModel:
        model = RunningModel(assistant, self._surroundings)
        await model.open()
        return model

    async def load(self, path: Path) -> None:
        """Loads a model archive beside the event loop and puts it to work.

        Raises:
            EnvironmentProblem: the archive cannot be used; the model that is loaded stays.
        """
        assistant = await asyncio.to_thread(load_assistant, path, self.registry)
        await self.use(assistant)
        logger.info("model.loaded file=%s", path.name)

    def start_reminders(self, outputs: Outputs) -> None:
        """Fires reminders from now on, beginning with those that are overdue; to be called once it is open.

        ``outputs`` are the channels on which the bot can speak first; elsewhere what it says is stored only.
        """

        async def fire(reminder: Reminder) -> None:
            model = self.model
            await model.finish(model.turns.remind(reminder, lambda channel: pushing_output(channel, outputs)))

        self._clock = ReminderClock(self._reminders, fire, is_ready=lambda: self._model is not None)
        self._clock.start()

    async def handle(self, message: UserMessage, output: OutputChannel) -> None:
        """Answers a message; see :meth:`framework.dialogue.turn.TurnProcessor.handle`.

        Raises:
            NoModelLoaded: there is no model to answer with.
        """
        model = self.model
        await model.finish(model.turns.handle(message, output))


def _warn_of_unused(endpoints: Endpoints) -> None:
    for section, endpoint in (("nlu", endpoints.nlu), ("models", endpoints.models)):
        if endpoint is not None:
            logger.warning("%s  the section %r of the endpoints has no effect yet", endpoint.where, section)

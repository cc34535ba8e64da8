"""The bot that is being taught: it hears of new intents, entities, responses and actions while it runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from framework.bot.domain import Action, Domain, Entity, Intent, ResponseVariation, SessionConfig

if TYPE_CHECKING:
    from framework.dialogue.assistant import Assistant
    from framework.dialogue.turn import TurnProcessor
    from framework.nlu.parse import ParseData
    from framework.server.service import BotService


class LearningBot:
    """A bot whose domain grows. Its model knows nothing of what is new; it is what the author says that counts."""

    def __init__(self, service: BotService, assistant: Assistant) -> None:
        # However long the author thinks about an answer, it is the same session.
        lasting = replace(assistant.domain, session=SessionConfig(expiration_minutes=0))
        self._service = service
        self._assistant = dataclasses.replace(assistant, domain=lasting)
        self.without_code: set[str] = set()
        """Actions that were invented; nothing can run them yet."""

    @property
    def domain(self) -> Domain:
        """The domain, with all that is new."""
        return self._assistant.domain

    @property
    def turns(self) -> TurnProcessor:
        """What takes the bot's steps; another one whenever the domain has grown."""
        return self._service.model.turns

    @property
    def understands(self) -> bool:
        """Whether there is a pipeline, or only the short form of messages."""
        return self._assistant.pipeline is not None

    async def open(self) -> None:
        """Puts the bot to work."""
        await self._service.open(self._assistant)

    async def parse(self, text: str) -> ParseData:
        """What the model makes of a message.

        Raises:
            MessageTooLong: it has too many characters.
        """
        return await self._service.model.worker.parse(text)

    async def add_intent(self, name: str) -> None:
        """Makes an intent known."""
        if name not in self.domain.intents:
            await self._learn(replace(self.domain, intents={**self.domain.intents, name: Intent(name=name)}))

    async def add_entities(self, names: Iterable[str]) -> None:
        """Makes entities known."""
        new = {name: Entity(name=name) for name in names if name not in self.domain.entities}
        if new:
            await self._learn(replace(self.domain, entities={**self.domain.entities, **new}))

    async def add_response(self, name: str, text: str) -> None:
        """Makes a response known, and with it the action that says it."""
        variation = ResponseVariation(text=text)
        await self._learn(replace(self.domain, responses={**self.domain.responses, name: (variation,)}))

    async def add_action(self, name: str) -> None:
        """Makes an action known for which there is no code yet."""
        self.without_code.add(name)
        await self._learn(replace(self.domain, actions={**self.domain.actions, name: Action(name=name)}))

    async def _learn(self, domain: Domain) -> None:
        self._assistant = dataclasses.replace(self._assistant, domain=domain)
        await self._service.use(self._assistant)

"""How a turn learns what a message means."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from framework.bot.domain import Domain
from framework.nlu.shorthand import parse_shorthand

if TYPE_CHECKING:
    from framework.nlu.parse import ParseData
    from framework.nlu.pipeline import Pipeline


class Parser(Protocol):
    """Understands messages."""

    async def parse(self, text: str, message_id: str | None = None) -> ParseData:
        """What a message means, in the form of ``/model/parse``."""


class DirectParser:
    """Understands one message at a time, with the pipeline in a thread; for shells and tests.

    Without a pipeline only the short form ``/intent{"entity": "value"}`` is understood.
    """

    def __init__(self, pipeline: Pipeline | None, domain: Domain) -> None:
        self._pipeline = pipeline
        self._domain = domain

    async def parse(self, text: str, message_id: str | None = None) -> ParseData:
        """What a message means; nothing is known of it where there is no pipeline."""
        parsed = parse_shorthand(text, self._domain)
        if parsed is None and self._pipeline is not None and self._pipeline.components:
            parsed = (await asyncio.to_thread(self._pipeline.parse, [text]))[0]
        if parsed is None:
            parsed = {"text": text, "intent": {"name": None, "confidence": 0.0}, "entities": []}
        return parsed if message_id is None else {**parsed, "message_id": message_id}

"""``InferenceWorker``: understands messages, all that wait at once, beside the event loop where that takes time."""

from __future__ import annotations

from collections.abc import Sequence

from framework.batching import QuickBatching
from framework.bot.domain import Domain
from framework.nlu.parse import ParseData
from framework.nlu.pipeline import Pipeline
from framework.nlu.shorthand import parse_shorthand

MAX_CHARACTERS = 20_000
MAX_BATCH = 64
SMALL_CHARACTERS = 300
"""Longer messages are left to the thread, however quick others are."""


class MessageTooLong(Exception):
    """A message has more characters than the worker is told to understand."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"the message has {length} characters; the limit is {limit}")


class InferenceWorker:
    """Runs the pipeline once for all messages that wait (natural batching), in a thread unless it is very quick.

    ``pipeline`` is None for a model without NLU: then only the short form ``/intent{…}`` is understood.
    ``max_batch`` bounds the memory of one run.
    """

    def __init__(
        self,
        pipeline: Pipeline | None,
        domain: Domain,
        *,
        max_characters: int = MAX_CHARACTERS,
        max_batch: int = MAX_BATCH,
    ) -> None:
        self._domain = domain
        self._max_characters = max_characters
        self._batching: QuickBatching[str, ParseData] | None = None
        if pipeline is not None and pipeline.components:
            self._batching = QuickBatching(
                "inference", _Understanding(pipeline), is_small=_is_small, max_batch=max_batch
            )

    def start(self) -> None:
        """Begins to take messages."""
        if self._batching is not None:
            self._batching.start()

    async def close(self) -> None:
        """Understands what waits, then ends the thread."""
        if self._batching is not None:
            await self._batching.close()

    async def parse(self, text: str, message_id: str | None = None) -> ParseData:
        """What a message means, in the form of ``/model/parse``; with the message's id where there is one.

        Raises:
            MessageTooLong: the message is longer than ``max_characters``.
            Exception: a component failed on this message.
        """
        if len(text) > self._max_characters:
            raise MessageTooLong(len(text), self._max_characters)
        parsed = parse_shorthand(text, self._domain) if text.lstrip().startswith("/") else None
        if parsed is None:
            parsed = await self._batching.submit(text) if self._batching is not None else _not_understood(text)
        if message_id is not None:
            parsed["message_id"] = message_id
        return parsed


def _is_small(text: str) -> bool:
    return len(text) <= SMALL_CHARACTERS


class _Understanding:
    """Runs a pipeline on a batch; message by message where a component fails on the batch."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def __call__(self, texts: Sequence[str]) -> Sequence[ParseData | Exception]:
        try:
            return self._pipeline.parse(texts)
        except Exception:  # noqa: BLE001 - one message may be at fault; the others are not to suffer for it
            return [self._alone(text) for text in texts]

    def _alone(self, text: str) -> ParseData | Exception:
        try:
            return self._pipeline.parse([text])[0]
        except Exception as error:  # noqa: BLE001 - the sender of this message gets it
            return error


def _not_understood(text: str) -> ParseData:
    return {"text": text, "intent": {"name": None, "confidence": 0.0}, "entities": []}

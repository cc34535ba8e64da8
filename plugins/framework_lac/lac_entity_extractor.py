"""``LacEntityExtractor``: names and times in Chinese messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from framework.api import ComponentConfig, EntityExtractor, EntityResult, LoadContext, MessageBatch
from framework_lac.lexical_model import LexicalModel, Word
from framework_lac.reading import LacReading

Dimension = Literal["PER", "LOC", "ORG", "TIME"]


class LacEntityConfig(ComponentConfig):
    """Which names are wanted."""

    dimensions: tuple[Dimension, ...] = Field(
        default=("PER", "LOC", "ORG", "TIME"),
        description="Which become entities: people, places, organisations, times.",
    )


class LacEntityExtractor(EntityExtractor[LacEntityConfig]):
    """Adds an entity for each name and each time, called `PER`, `LOC`, `ORG` or `TIME`."""

    Config = LacEntityConfig
    supported_languages: ClassVar[frozenset[str] | None] = frozenset({"zh"})

    def __init__(self, config: LacEntityConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._model = LexicalModel.installed()

    @override
    def process(self, batch: MessageBatch) -> None:
        messages = LacReading.of(batch, self._model).messages
        for text, words, entities in zip(batch.texts, messages, batch.entities, strict=True):
            entities.extend(
                EntityResult(tag, start, end, text[start:end], LacEntityExtractor.__name__)
                for tag, start, end in _joined(words)
                if tag in self.config.dimensions
            )


def _joined(words: Sequence[Word]) -> Iterator[tuple[str, int, int]]:
    """The words, but parts of one time that touch (明天 and 下午三点) as one."""
    pending: tuple[str, int, int] | None = None
    for word in words:
        if pending is not None and pending[0] == word.tag == "TIME" and pending[2] == word.start:
            pending = (pending[0], pending[1], word.end)
            continue
        if pending is not None:
            yield pending
        pending = (word.tag, word.start, word.end)
    if pending is not None:
        yield pending

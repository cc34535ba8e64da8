"""What LAC makes of a batch: worked out once, for tokenizer and extractor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from framework.api import MessageBatch
from framework_lac.lexical_model import LexicalModel, Word


@dataclass(frozen=True, slots=True)
class LacReading:
    """The words of each message."""

    messages: list[list[Word]]

    @classmethod
    def of(cls, batch: MessageBatch, model: LexicalModel) -> Self:
        """The reading of a batch, which is attached to it for whoever asks next."""
        reading = batch.attachment(cls)
        if reading is None:
            reading = cls([model.words(text) for text in batch.texts])
            batch.attach(reading)
        return reading

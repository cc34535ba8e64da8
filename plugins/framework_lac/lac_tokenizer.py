"""``LacTokenizer``: the words of Chinese messages, with their parts of speech."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from typing_extensions import override

from framework.api import BatchTokenizer, LoadContext, MessageBatch, TokenizerConfig, Tokens
from framework_lac.lexical_model import LexicalModel, Word
from framework_lac.reading import LacReading


class LacTokenizer(BatchTokenizer[TokenizerConfig]):
    """Takes over LAC's words; blanks are no tokens, and a message of nothing else is one token."""

    Config = TokenizerConfig
    supported_languages: ClassVar[frozenset[str] | None] = frozenset({"zh"})

    def __init__(self, config: TokenizerConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._model = LexicalModel.installed()

    @override
    def process(self, batch: MessageBatch) -> None:
        read = LacReading.of(batch, self._model).messages
        messages = [words or [Word(text, 0, len(text), "")] for words, text in zip(read, batch.texts, strict=True)]
        words = [word for message in messages for word in message]
        tokens = Tokens(
            texts=[word.text for word in words],
            starts=[word.start for word in words],
            ends=[word.end for word in words],
            offsets=np.cumsum([0, *map(len, messages)], dtype=np.int64),
            tags=[word.tag for word in words],
        )
        batch.tokens = self.refine(tokens)

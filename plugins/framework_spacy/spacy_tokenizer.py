"""``SpacyTokenizer``: spaCy's tokens, with lemma and part of speech."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np
from spacy.tokens import Doc
from typing_extensions import override

from framework.api import BatchTokenizer, Kind, MessageBatch, TokenizerConfig, Tokens
from framework_spacy.reading import SpacyReading


class Word(NamedTuple):
    """A token of one message."""

    text: str
    start: int
    end: int
    lemma: str
    tag: str


class SpacyTokenizer(BatchTokenizer[TokenizerConfig]):
    """Takes over spaCy's tokens less blanks. A message without any is one token."""

    Config = TokenizerConfig
    requires: ClassVar[tuple[Kind, ...]] = ("nlu",)

    @override
    def process(self, batch: MessageBatch) -> None:
        docs = SpacyReading.of(batch, self.name).docs
        messages = [_words(doc, text) for doc, text in zip(docs, batch.texts, strict=True)]
        words = [word for message in messages for word in message]
        tokens = Tokens(
            texts=[word.text for word in words],
            starts=[word.start for word in words],
            ends=[word.end for word in words],
            offsets=np.cumsum([0, *map(len, messages)], dtype=np.int64),
            lemmas=[word.lemma for word in words],
            tags=[word.tag for word in words],
        )
        batch.tokens = self.refine(tokens)


def _words(doc: Doc, text: str) -> list[Word]:
    words = []
    for token in doc:
        if not token.is_space:
            end = token.idx + len(token)
            written = text[token.idx : end]  # spaCy may have read it in lower case
            words.append(Word(written, token.idx, end, token.lemma_ or written, token.tag_))
    return words or [Word(text, 0, len(text), text, "")]

"""Bases of the components that split messages into tokens, and what all of these can be told."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from pydantic import Field, field_validator
from typing_extensions import override

from framework.nlu.batch import MessageBatch
from framework.nlu.component import Component, ComponentConfig
from framework.nlu.tokens import Tokens

TokenSpan = tuple[str, int, int]
"""Text of a token, and its first and one past its last character in the message."""


class TokenizerConfig(ComponentConfig):
    """What all tokenizers can be told."""

    intent_tokenization_flag: bool = Field(
        default=False, description="No effect: a combination of intents (`a+b`) is an intent of its own, as it is."
    )
    intent_split_symbol: str = Field(
        default="_", min_length=1, description="No effect: see `intent_tokenization_flag`."
    )
    token_pattern: str | None = Field(
        default=None,
        description="Regular expression whose matches (or whose one group) replace each token in which it is found.",
    )
    prefix_separator_symbol: str | None = Field(
        default=None,
        min_length=1,
        description="No effect: see `intent_tokenization_flag`.",
    )

    @field_validator("token_pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is None:
            return None
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        if compiled.groups > 1:
            raise ValueError("at most one group is allowed; write the others as (?:...)")
        return pattern


TokenizerConfigT = TypeVar("TokenizerConfigT", bound=TokenizerConfig)


class BatchTokenizer(Component[TokenizerConfigT]):
    """Splits all messages of a batch at once: ``process`` sets its tokens, as :meth:`refine` returns them."""

    kind = "tokenizer"

    def refine(self, tokens: Tokens) -> Tokens:
        """The tokens after ``token_pattern``; the parts of a token have its lemma and its tag."""
        pattern = self._pattern
        if pattern is None:
            return tokens
        parts = [
            [part for token in range(*tokens.span_of(message)) for part in _parts(tokens, token, pattern)]
            for message in range(len(tokens.offsets) - 1)
        ]
        refined = Tokens.from_spans([[span for span, _ in message] for message in parts])
        origins = [token for message in parts for _, token in message]
        return replace(
            refined,
            lemmas=tokens.lemmas and [tokens.lemmas[token] for token in origins],
            tags=tokens.tags and [tokens.tags[token] for token in origins],
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        pattern = self.config.token_pattern
        return re.compile(pattern) if pattern else None


class Tokenizer(BatchTokenizer[TokenizerConfigT]):
    """Splits messages into tokens, one message at a time."""

    @abstractmethod
    def tokenize(self, text: str) -> list[TokenSpan]:
        """The tokens of a text, from left to right. Never empty, not even for an empty text."""

    @override
    def process(self, batch: MessageBatch) -> None:
        batch.tokens = self.refine(Tokens.from_spans([self.tokenize(text) for text in batch.texts]))


def _parts(tokens: Tokens, token: int, pattern: re.Pattern[str]) -> Iterator[tuple[TokenSpan, int]]:
    text, start = tokens.texts[token], tokens.starts[token]
    matches = [match for match in pattern.finditer(text) if match[pattern.groups]]
    if not matches:
        yield (text, start, tokens.ends[token]), token
    for match in matches:
        begin, end = match.span(pattern.groups)
        yield (text[begin:end], start + begin, start + end), token

"""Tokens of a whole batch as ragged arrays: flat lists, and offsets that tell the messages apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from framework.nlu.features import Ints, offsets_of
from framework.nlu.keyed_rows import Repeats


@dataclass(frozen=True)
class Tokens:
    """All tokens of a batch. Those of message ``i`` are at ``offsets[i]:offsets[i + 1]`` of every list.

    ``starts`` and ``ends`` are character offsets into the message's text. ``lemmas`` and ``tags`` (part of
    speech) are there only if the tokenizer knows them.
    """

    texts: list[str]
    starts: list[int]
    ends: list[int]
    offsets: Ints  # [messages + 1]
    lemmas: list[str] | None = None
    tags: list[str] | None = None

    @classmethod
    def from_spans(cls, spans: Sequence[Sequence[tuple[str, int, int]]]) -> Tokens:
        """Builds the ragged arrays from ``(text, start, end)`` of each message's tokens."""
        flat = [token for message in spans for token in message]
        return cls(
            texts=[text for text, _, _ in flat],
            starts=[start for _, start, _ in flat],
            ends=[end for _, _, end in flat],
            offsets=offsets_of(map(len, spans)),
        )

    @cached_property
    def words(self) -> Repeats[str]:
        """The different texts of the tokens, and the number of each token's."""
        return Repeats.of(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def span_of(self, message: int) -> tuple[int, int]:
        """First and one past the last token of a message."""
        return int(self.offsets[message]), int(self.offsets[message + 1])

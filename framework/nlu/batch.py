"""``MessageBatch``: the pipeline's only currency, in training and in serving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from framework.nlu.features import FeatureBlock
from framework.nlu.tokens import Tokens

T = TypeVar("T")


class IntentScore(msgspec.Struct, gc=False):
    """An intent and how sure the classifier is of it, 0 to 1."""

    name: str
    confidence: float


class IntentResult(msgspec.Struct):
    """What a classifier thinks of one message: the winner (None: no intent), and all it considered, best first."""

    name: str | None
    confidence: float
    ranking: list[IntentScore] = msgspec.field(default_factory=list)


@dataclass(slots=True)
class EntityResult:
    """An entity found in one message, in the form of the parse output."""

    entity: str
    start: int
    end: int
    value: Any
    extractor: str
    confidence: float | None = None
    role: str | None = None
    role_confidence: float | None = None
    group: str | None = None
    group_confidence: float | None = None
    processors: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    """Further keys of the output, such as Duckling's ``additional_info``."""


@dataclass(slots=True)
class MessageBatch:
    """Messages on their way through the pipeline; every component reads some fields and fills others.

    A single message is a batch of one. Everything is indexed by message, features and tokens as ragged
    arrays. ``selections`` has, per message and selector, what a response selector chose, as in the parse output.
    ``extras`` has further keys of a message's parse output, as its components add them. ``attachments`` has, by type,
    what a component leaves for those after it that know the type, such as a language model's reading of the messages.
    """

    texts: list[str]
    tokens: Tokens | None = None
    blocks: list[FeatureBlock] = field(default_factory=list)
    intents: list[IntentResult] = field(default_factory=list)
    entities: list[list[EntityResult]] = field(default_factory=list)
    selections: list[dict[str, Any]] = field(default_factory=list)
    languages: list[str | None] = field(default_factory=list)
    extras: list[dict[str, Any]] = field(default_factory=list)
    attachments: dict[type[Any], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Sequence[str]) -> MessageBatch:
        """A fresh batch of the given texts."""
        size = len(texts)
        return cls(
            texts=list(texts),
            intents=[IntentResult(None, 0.0) for _ in range(size)],
            entities=[[] for _ in range(size)],
            selections=[{} for _ in range(size)],
            languages=[None] * size,
            extras=[{} for _ in range(size)],
        )

    def __len__(self) -> int:
        return len(self.texts)

    def attach(self, attachment: object) -> None:
        """Leaves something for later components, in place of an attachment of its type."""
        self.attachments[type(attachment)] = attachment

    def attachment(self, kind: type[T]) -> T | None:
        """What an earlier component attached of that type."""
        found: T | None = self.attachments.get(kind)
        return found

    def features(self, origins: Sequence[str] = ()) -> list[FeatureBlock]:
        """The feature blocks of the named featurizers, in pipeline order; all of them where none is named."""
        return [block for block in self.blocks if not origins or block.origin in origins]

"""NLU training data: annotated examples, synonyms, regexes and lookup tables."""

from __future__ import annotations

from typing import Any

import msgspec

from framework.bot.domain import ResponseVariation
from framework.errors import Location

RESPONSE_KEY_DELIMITER = "/"


class EntityAnnotation(msgspec.Struct, frozen=True, kw_only=True):
    """A marked span of an example; ``start`` and ``end`` are character offsets into the plain text."""

    entity: str
    start: int
    end: int
    value: Any
    role: str | None = None
    group: str | None = None


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One training message. ``intent`` is the full name, with the response key: ``faq/ask_price``."""

    text: str
    intent: str | None = None
    entities: tuple[EntityAnnotation, ...] = ()
    metadata: Any = None
    where: Location | None = None

    @property
    def intent_name(self) -> str | None:
        """The intent without the response key of a retrieval intent."""
        return self.intent.partition(RESPONSE_KEY_DELIMITER)[0] if self.intent else self.intent

    @property
    def response_key(self) -> str | None:
        """The part after the ``/`` of a retrieval intent."""
        return (self.intent.partition(RESPONSE_KEY_DELIMITER)[2] or None) if self.intent else None


class RegexPattern(msgspec.Struct, frozen=True, kw_only=True):
    """A named regular expression."""

    name: str
    pattern: str
    where: Location | None = None


class LookupTable(msgspec.Struct, frozen=True, kw_only=True):
    """A named list of words or phrases."""

    name: str
    elements: tuple[str, ...]
    where: Location | None = None


class NLUData(msgspec.Struct, frozen=True, kw_only=True):
    """All NLU training data of a bot. ``synonyms`` maps a surface form to its canonical value."""

    examples: tuple[Example, ...] = ()
    synonyms: dict[str, str] = msgspec.field(default_factory=dict)
    regexes: tuple[RegexPattern, ...] = ()
    lookups: tuple[LookupTable, ...] = ()
    responses: dict[str, tuple[ResponseVariation, ...]] = msgspec.field(default_factory=dict)
    """The responses of retrieval intents (``utter_faq/ask_price``), wherever they are written."""

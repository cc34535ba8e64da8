"""``DucklingEntityExtractor``: what can be found by rule, such as dates, amounts and numbers, with its meaning."""

from __future__ import annotations

import logging
import os
import time
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator
from typing_extensions import override

from framework.api import ComponentConfig, EntityExtractor, EntityResult, LoadContext, MessageBatch
from framework_duckling.embedded import embedded_duckling
from framework_duckling.http_duckling import HTTPDuckling
from framework_duckling.languages import DIMENSIONS, LANGUAGES, language_of, locale_of
from framework_duckling.question import Duckling, Match, Question, Settings

logger = logging.getLogger(__name__)

URL_VARIABLE = "RASA_DUCKLING_HTTP_URL"
DEFAULT_LANGUAGE = "en"


class DucklingConfig(ComponentConfig):
    """Where Duckling is, and what it is to look for."""

    url: str | None = Field(
        default=None,
        pattern="^https?://",
        description="Address of a Duckling server; the variable RASA_DUCKLING_HTTP_URL overrules it. Unset: no server.",
    )
    dimensions: tuple[str, ...] | None = Field(
        default=None, description="What to look for, such as `time` and `amount-of-money`; everything if unset."
    )
    locale: str | None = Field(
        default=None,
        pattern="^[A-Za-z]{2,3}([_-][A-Za-z]{2})?$",
        description="Language and country, such as `en_GB`; the bot's language if unset.",
    )
    timezone: str | None = Field(
        default=None,
        description="Zone of the times, such as `Europe/Berlin`; if unset, UTC or the server's own.",
    )
    timeout: float = Field(default=3.0, gt=0.0, description="Seconds after which a message is left without entities.")

    @field_validator("dimensions")
    @classmethod
    def _as_duckling_writes_them(cls, dimensions: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return dimensions and tuple(name.lower().replace("_", "-") for name in dimensions)

    @field_validator("timezone")
    @classmethod
    def _exists(cls, timezone: str | None) -> str | None:
        try:
            return timezone and ZoneInfo(timezone).key
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise ValueError("no such time zone; they have names like Europe/Berlin") from error

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.url is not None:
            return self  # a server may have rules of its own
        unknown = [name for name in self.dimensions or () if name not in DIMENSIONS]
        if unknown:
            raise ValueError(f"unknown dimension {unknown[0]!r}; known: {', '.join(DIMENSIONS)}")
        if self.locale is not None and language_of(self.locale) not in LANGUAGES:
            raise ValueError(f"Duckling has no rules for the locale {self.locale!r}")
        return self

    @property
    def server(self) -> str | None:
        """Address of the server to ask; None where Duckling runs beside the bot."""
        return os.environ.get(URL_VARIABLE) or self.url


class DucklingEntityExtractor(EntityExtractor[DucklingConfig]):
    """Adds what Duckling finds. A message that it cannot read in time goes on without, and a warning is logged."""

    Config = DucklingConfig

    def __init__(self, config: DucklingConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        locale = config.locale or locale_of(context.language or DEFAULT_LANGUAGE)
        self._settings = Settings(locale, config.timezone, config.dimensions or ())
        self._duckling: Duckling = HTTPDuckling(config.server) if config.server else embedded_duckling()
        if language_of(locale) not in LANGUAGES:
            logger.warning("%s: Duckling has no rules for %r; it uses those for English", self.name, locale)

    @classmethod
    @override
    def uses_extra(cls, config: DucklingConfig) -> bool:
        return config.server is None

    @override
    def process(self, batch: MessageBatch) -> None:
        now = int(time.time())
        for text, entities in zip(batch.texts, batch.entities, strict=True):
            if text.strip():
                entities.extend(map(self._entity, self._find(text, now)))

    def _find(self, text: str, now: int) -> list[Match]:
        question = Question(_readable(text), now, self._settings)
        try:
            found = self._duckling.parse(question, self.config.timeout)
        except OSError as error:
            logger.warning("%s left a message without entities: %s", self.name, error)
            return []
        wanted = self.config.dimensions
        return [match for match in found if not wanted or match["dim"] in wanted]

    @staticmethod
    def _entity(match: Match) -> EntityResult:
        return EntityResult(
            entity=match["dim"],
            start=match["start"],
            end=match["end"],
            value=_value(match["value"]),
            extractor=DucklingEntityExtractor.__name__,
            extra={"text": match["body"], "confidence": 1.0, "additional_info": match["value"]},
        )


def _value(meaning: dict[str, Any]) -> Any:
    """The value itself; of an interval, its two ends, either of which may be open."""
    if meaning.get("type") == "interval":
        return {end: meaning.get(end, {}).get("value") for end in ("to", "from")}
    return meaning.get("value")


def _readable(text: str) -> str:
    """The text less what Duckling cannot read, character for character: NUL, and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")

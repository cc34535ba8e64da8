"""``KeywordIntentClassifier``: the intent of a message is that of a training example it contains."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field
from typing_extensions import override

from framework.api import (
    ComponentConfig,
    IntentClassifier,
    IntentResult,
    IntentScore,
    LoadContext,
    MessageBatch,
    TrainingData,
)
from framework_text.phrases import WholePhrases

logger = logging.getLogger(__name__)

KEYWORDS_FILE = "keywords.json"


class KeywordIntentConfig(ComponentConfig):
    """How keywords are compared."""

    case_sensitive: bool = Field(default=True, description="Whether upper and lower case differ in keywords.")


class KeywordIntentClassifier(IntentClassifier[KeywordIntentConfig]):
    """Takes each training example as a keyword that is found as whole words; the one trained first wins.

    A keyword that is also (part of) an example of another intent is dropped with a warning. Where no keyword is
    found, what another classifier said stands.
    """

    Config = KeywordIntentConfig
    is_trainable: ClassVar[bool] = True

    def __init__(self, config: KeywordIntentConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._set_keywords({})

    @override
    def train(self, data: TrainingData) -> None:
        examples = [(example.text, example.intent_name) for example in data.examples if example.intent_name]
        keywords: dict[str, str] = {}
        for text, intent in examples:
            keywords.setdefault(text if self.config.case_sensitive else text.lower(), intent)
        self._set_keywords(keywords)
        ambiguous = self._ambiguous(examples)
        if ambiguous:
            logger.warning("%s: keywords of several intents are not used: %s", self.name, ", ".join(sorted(ambiguous)))
        self._set_keywords({text: intent for text, intent in self._intents.items() if text not in ambiguous})

    @override
    def process(self, batch: MessageBatch) -> None:
        for index, text in enumerate(batch.texts):
            number = min((number for _, _, number in self._index.find_all(text)), default=None)
            if number is not None:
                intent, before = self._by_number[number], batch.intents[index].ranking
                ranking = [IntentScore(intent, 1.0), *(score for score in before if score.name != intent)]
                batch.intents[index] = IntentResult(intent, 1.0, ranking)

    @override
    def save(self, directory: Path) -> None:
        (directory / KEYWORDS_FILE).write_text(json.dumps(self._intents, ensure_ascii=False), encoding="utf-8")

    @classmethod
    @override
    def load(cls, config: KeywordIntentConfig, directory: Path, context: LoadContext) -> Self:
        classifier = cls(config, context)
        classifier._set_keywords(json.loads((directory / KEYWORDS_FILE).read_text(encoding="utf-8")))
        return classifier

    def _set_keywords(self, intents: dict[str, str]) -> None:
        self._intents = intents
        self._keywords = list(intents)
        self._by_number = list(intents.values())
        self._index = WholePhrases(intents, case_sensitive=self.config.case_sensitive)

    def _ambiguous(self, examples: Iterable[tuple[str, str]]) -> set[str]:
        """The keywords that are found in an example of another intent."""
        return {
            self._keywords[number]
            for text, intent in examples
            for _, _, number in self._index.find_all(text)
            if self._by_number[number] != intent
        }

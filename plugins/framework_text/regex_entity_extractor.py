"""``RegexEntityExtractor``: finds entities by the lookup tables and regular expressions of their name."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field
from typing_extensions import override

from framework.api import EntityExtractor, EntityResult, LoadContext, MessageBatch, TrainingData
from framework_text.patterns import (
    Pattern,
    PatternsConfig,
    collect_patterns,
    compile_finders,
    load_patterns,
    save_patterns,
)

logger = logging.getLogger(__name__)


class RegexEntityConfig(PatternsConfig):
    """Which patterns find entities."""

    case_sensitive: bool = Field(default=False, description="Whether upper and lower case differ in patterns.")


class RegexEntityExtractor(EntityExtractor[RegexEntityConfig]):
    """Uses the patterns whose name is an entity: one of the domain's, or one annotated in an example."""

    Config = RegexEntityConfig
    is_trainable: ClassVar[bool] = True
    reads: ClassVar[frozenset[str]] = frozenset({"examples", "regexes", "lookups"})

    def __init__(self, config: RegexEntityConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._set_patterns(())

    @override
    def train(self, data: TrainingData) -> None:
        annotated = {entity.entity for example in data.examples for entity in example.entities}
        patterns = collect_patterns(data, self.config, annotated | set(data.domain_entities))
        if not patterns:
            logger.warning("%s: no lookup table and no regex has the name of an entity; it will find none", self.name)
        self._set_patterns(patterns)

    @override
    def process(self, batch: MessageBatch) -> None:
        extractor = type(self).__name__
        for text, entities in zip(batch.texts, batch.entities, strict=True):
            for pattern, find in zip(self._patterns, self._finders, strict=True):
                entities.extend(
                    EntityResult(pattern.name, start, end, text[start:end], extractor) for start, end in find(text)
                )

    @override
    def save(self, directory: Path) -> None:
        save_patterns(self._patterns, directory)

    @classmethod
    @override
    def load(cls, config: RegexEntityConfig, directory: Path, context: LoadContext) -> Self:
        extractor = cls(config, context)
        extractor._set_patterns(load_patterns(directory))
        return extractor

    def _set_patterns(self, patterns: tuple[Pattern, ...]) -> None:
        self._patterns = patterns
        self._finders = compile_finders(patterns, self.config, case_sensitive=self.config.case_sensitive)

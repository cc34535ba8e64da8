"""``EntitySynonymMapper``: gives entities their canonical values."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Self

from typing_extensions import override

from framework.api import ComponentConfig, EntityExtractor, EntityResult, Kind, LoadContext, MessageBatch, TrainingData

logger = logging.getLogger(__name__)

SYNONYMS_FILE = "synonyms.json"


class EntitySynonymMapperConfig(ComponentConfig):
    """Has no keys."""


class EntitySynonymMapper(EntityExtractor[EntitySynonymMapperConfig]):
    """Replaces the value of an entity that is a known synonym, in upper or lower case, by what it stands for.

    It learns the synonyms of the NLU data, and those that annotations give: ``[NYC](city:New York)``.
    """

    Config = EntitySynonymMapperConfig
    is_trainable: ClassVar[bool] = True
    reads: ClassVar[frozenset[str]] = frozenset({"examples", "synonyms"})
    requires: ClassVar[tuple[Kind, ...]] = ("entity_extractor",)

    def __init__(self, config: EntitySynonymMapperConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._synonyms: dict[str, str] = {}

    @override
    def train(self, data: TrainingData) -> None:
        for surface, value in _synonym_pairs(data):
            key = surface.lower()
            known = self._synonyms.get(key, value)
            if known != value:
                logger.warning("%s: %r stands for both %r and %r; the latter is used", self.name, key, known, value)
            self._synonyms[key] = value

    @override
    def process(self, batch: MessageBatch) -> None:
        for entities in batch.entities:
            for entity in entities:
                self._replace(entity)

    @override
    def save(self, directory: Path) -> None:
        (directory / SYNONYMS_FILE).write_text(json.dumps(self._synonyms, ensure_ascii=False), encoding="utf-8")

    @classmethod
    @override
    def load(cls, config: EntitySynonymMapperConfig, directory: Path, context: LoadContext) -> Self:
        mapper = cls(config, context)
        mapper._synonyms = json.loads((directory / SYNONYMS_FILE).read_text(encoding="utf-8"))
        return mapper

    def _replace(self, entity: EntityResult) -> None:
        value = self._synonyms.get(str(entity.value).lower())
        if value is not None:
            entity.value = value
            entity.processors.append(type(self).__name__)


def _synonym_pairs(data: TrainingData) -> Iterator[tuple[str, str]]:
    yield from ((surface, value) for surface, value in data.nlu.synonyms.items() if surface != value)
    for example in data.examples:
        for entity in example.entities:
            surface, value = example.text[entity.start : entity.end], str(entity.value)
            if surface != value:
                yield surface, value

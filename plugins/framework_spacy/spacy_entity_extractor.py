"""``SpacyEntityExtractor``: the names that a spaCy model finds, as entities."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field
from typing_extensions import override

from framework.api import ComponentConfig, EntityExtractor, EntityResult, Kind, MessageBatch
from framework_spacy.reading import SpacyReading


class SpacyEntityConfig(ComponentConfig):
    """Which names are wanted."""

    dimensions: tuple[str, ...] | None = Field(
        default=None, description="Labels of the model that become entities, such as `PERSON`; all of them if unset."
    )


class SpacyEntityExtractor(EntityExtractor[SpacyEntityConfig]):
    """Adds an entity for each name; its entity is the model's label for it (`PERSON`, `GPE`, `DATE`)."""

    Config = SpacyEntityConfig
    requires: ClassVar[tuple[Kind, ...]] = ("nlu",)

    @override
    def process(self, batch: MessageBatch) -> None:
        wanted = self.config.dimensions
        docs = SpacyReading.of(batch, self.name).docs_with_names
        for doc, entities in zip(docs, batch.entities, strict=True):
            entities.extend(
                EntityResult(name.label_, name.start_char, name.end_char, name.text, SpacyEntityExtractor.__name__)
                for name in doc.ents
                if wanted is None or name.label_ in wanted
            )

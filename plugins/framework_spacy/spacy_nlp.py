"""``SpacyNLP``: the spaCy model that the other spaCy components of a pipeline share."""

from __future__ import annotations

from pydantic import Field
from typing_extensions import override

from framework.api import Component, ComponentConfig, LoadContext, MessageBatch
from framework_spacy.models import load_model
from framework_spacy.reading import SpacyReading


class SpacyNLPConfig(ComponentConfig):
    """Which model, and how it reads."""

    model: str = Field(
        min_length=1, description="A spaCy model: the name of a package such as `en_core_web_md`, or a folder."
    )
    case_sensitive: bool = Field(
        default=False, description="Read messages as they are written, not in lower case. Names are always so read."
    )


class SpacyNLP(Component[SpacyNLPConfig]):
    """Attaches a :class:`~framework_spacy.reading.SpacyReading` to the batch. The model is loaded once in a process."""

    Config = SpacyNLPConfig
    kind = "nlu"

    def __init__(self, config: SpacyNLPConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._nlp = load_model(config.model, context.bot_folder)

    @override
    def process(self, batch: MessageBatch) -> None:
        batch.attach(SpacyReading(self._nlp, batch.texts, case_sensitive=self.config.case_sensitive))

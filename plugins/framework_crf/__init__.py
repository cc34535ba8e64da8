"""CRFEntityExtractor: entities by a conditional random field over what the words look like."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "entity_extractor",
            "CRFEntityExtractor",
            "framework_crf.extractor:CRFEntityExtractor",
            aliases=("rasa.nlu.extractors.crf_entity_extractor.CRFEntityExtractor",),
            extra="crf",
            summary="Learns entities from annotated examples, by what words and their neighbours look like.",
        )
    ]

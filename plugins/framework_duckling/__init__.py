"""DucklingEntityExtractor: dates, amounts of money, numbers and the like, from Duckling."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "entity_extractor",
            "DucklingEntityExtractor",
            "framework_duckling.extractor:DucklingEntityExtractor",
            aliases=(
                "DucklingHTTPExtractor",
                "rasa.nlu.extractors.duckling_entity_extractor.DucklingEntityExtractor",
                "rasa.nlu.extractors.duckling_http_extractor.DucklingHTTPExtractor",
            ),
            extra="duckling",
            summary="Finds dates, amounts of money, numbers, e-mail addresses and the like, in many languages.",
        )
    ]

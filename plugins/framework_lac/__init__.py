"""Baidu's LAC, a small network for Chinese, as tokenizer and entity extractor."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "tokenizer",
            "LacTokenizer",
            "framework_lac.lac_tokenizer:LacTokenizer",
            extra="lac",
            summary="Splits Chinese messages into words by a small network, which also tells their parts of speech.",
        ),
        Provides(
            "entity_extractor",
            "LacEntityExtractor",
            "framework_lac.lac_entity_extractor:LacEntityExtractor",
            extra="lac",
            summary="Finds people, places, organisations and times in Chinese messages.",
        ),
    ]

"""spaCy's models as a language model, tokenizer, featurizer and entity extractor."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "nlu",
            "SpacyNLP",
            "framework_spacy.spacy_nlp:SpacyNLP",
            aliases=("rasa.nlu.utils.spacy_utils.SpacyNLP",),
            extra="spacy",
            summary="Reads messages with a spaCy model, for the other spaCy components.",
        ),
        Provides(
            "tokenizer",
            "SpacyTokenizer",
            "framework_spacy.spacy_tokenizer:SpacyTokenizer",
            aliases=("rasa.nlu.tokenizers.spacy_tokenizer.SpacyTokenizer",),
            extra="spacy",
            summary="Splits messages as spaCy does, and gives each token its lemma and part of speech.",
        ),
        Provides(
            "featurizer",
            "SpacyFeaturizer",
            "framework_spacy.spacy_featurizer:SpacyFeaturizer",
            aliases=("rasa.nlu.featurizers.dense_featurizer.spacy_featurizer.SpacyFeaturizer",),
            extra="spacy",
            summary="Gives each token and message its word vectors from a spaCy model.",
        ),
        Provides(
            "entity_extractor",
            "SpacyEntityExtractor",
            "framework_spacy.spacy_entity_extractor:SpacyEntityExtractor",
            aliases=("rasa.nlu.extractors.spacy_entity_extractor.SpacyEntityExtractor",),
            extra="spacy",
            summary="Finds people, places, dates and other names that a spaCy model knows.",
        ),
    ]

"""Tokenizers, sparse featurizers, and the components that need no neural network."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "tokenizer",
            "WhitespaceTokenizer",
            "framework_text.whitespace_tokenizer:WhitespaceTokenizer",
            aliases=("rasa.nlu.tokenizers.whitespace_tokenizer.WhitespaceTokenizer",),
            summary="Splits messages at spaces and drops the punctuation around words.",
        ),
        Provides(
            "featurizer",
            "RegexFeaturizer",
            "framework_text.regex_featurizer:RegexFeaturizer",
            aliases=("rasa.nlu.featurizers.sparse_featurizer.regex_featurizer.RegexFeaturizer",),
            summary="Tells which regular expressions and lookup tables match each token.",
        ),
        Provides(
            "featurizer",
            "LexicalSyntacticFeaturizer",
            "framework_text.lexical_syntactic_featurizer:LexicalSyntacticFeaturizer",
            aliases=("rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer.LexicalSyntacticFeaturizer",),
            summary="Describes how each token and its neighbours are written: case, digits, prefixes, suffixes.",
        ),
        Provides(
            "featurizer",
            "CountVectorsFeaturizer",
            "framework_text.count_vectors_featurizer:CountVectorsFeaturizer",
            aliases=("rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer.CountVectorsFeaturizer",),
            summary="Counts the words or character n-grams of each token and message.",
        ),
    ]

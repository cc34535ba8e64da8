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
        Provides(
            "intent_classifier",
            "KeywordIntentClassifier",
            "framework_text.keyword_intent_classifier:KeywordIntentClassifier",
            aliases=("rasa.nlu.classifiers.keyword_intent_classifier.KeywordIntentClassifier",),
            summary="Takes the intent of a training example that occurs in the message as whole words.",
        ),
        Provides(
            "intent_classifier",
            "LogisticRegressionClassifier",
            "framework_text.logistic_regression_classifier:LogisticRegressionClassifier",
            aliases=("rasa.nlu.classifiers.logistic_regression_classifier.LogisticRegressionClassifier",),
            extra="train",
            summary="Predicts intents by logistic regression over any features: fast, small and strong.",
        ),
        Provides(
            "intent_classifier",
            "SklearnIntentClassifier",
            "framework_text.sklearn_intent_classifier:SklearnIntentClassifier",
            aliases=("rasa.nlu.classifiers.sklearn_intent_classifier.SklearnIntentClassifier",),
            extra="train",
            summary="Predicts intents by a support vector machine over dense features.",
        ),
        Provides(
            "intent_classifier",
            "FallbackClassifier",
            "framework_text.fallback_classifier:FallbackClassifier",
            aliases=("rasa.nlu.classifiers.fallback_classifier.FallbackClassifier",),
            summary="Sets the intent nlu_fallback where the intent classifier is not sure.",
        ),
        Provides(
            "intent_classifier",
            "OutOfScopeDetector",
            "framework_text.out_of_scope_detector:OutOfScopeDetector",
            extra="train",
            summary="Sets the intent nlu_fallback where a message does not look like any intent's examples.",
        ),
        Provides(
            "entity_extractor",
            "RegexEntityExtractor",
            "framework_text.regex_entity_extractor:RegexEntityExtractor",
            aliases=("rasa.nlu.extractors.regex_entity_extractor.RegexEntityExtractor",),
            summary="Finds entities by lookup tables and regular expressions.",
        ),
        Provides(
            "entity_extractor",
            "EntitySynonymMapper",
            "framework_text.entity_synonym_mapper:EntitySynonymMapper",
            aliases=("rasa.nlu.extractors.entity_synonyms.EntitySynonymMapper",),
            summary="Replaces the values of entities that are synonyms by what they stand for.",
        ),
    ]

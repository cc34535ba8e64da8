"""The pipeline and the policies of a bot whose config leaves them out."""

from __future__ import annotations

from framework.bot.config import ComponentEntry

DEFAULT_PIPELINE: tuple[ComponentEntry, ...] = (
    ComponentEntry(name="WhitespaceTokenizer"),
    ComponentEntry(name="RegexFeaturizer"),
    ComponentEntry(name="LexicalSyntacticFeaturizer"),
    ComponentEntry(name="CountVectorsFeaturizer"),
    ComponentEntry(name="CountVectorsFeaturizer", options={"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}),
    ComponentEntry(name="DIETClassifier", options={"epochs": 100, "constrain_similarities": True}),
    ComponentEntry(name="EntitySynonymMapper"),
    ComponentEntry(name="ResponseSelector", options={"epochs": 100, "constrain_similarities": True}),
    ComponentEntry(name="FallbackClassifier", options={"threshold": 0.3, "ambiguity_threshold": 0.1}),
)

DEFAULT_POLICIES: tuple[ComponentEntry, ...] = (
    ComponentEntry(name="MemoizationPolicy"),
    ComponentEntry(name="RulePolicy"),
    ComponentEntry(name="UnexpecTEDIntentPolicy", options={"max_history": 5, "epochs": 100}),
    ComponentEntry(name="TEDPolicy", options={"max_history": 5, "epochs": 100, "constrain_similarities": True}),
)

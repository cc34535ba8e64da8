"""Names of Rasa's components and channels that no installed plugin provides, and what to do about each."""

from __future__ import annotations

_NO_LONGER_MAINTAINED = "nobody maintains it any more; take it out of config.yml"

_ADVICE: dict[str, str] = {
    "ConveRTFeaturizer": "its model was taken offline; use LanguageModelFeaturizer",
    "MitieNLP": f"MITIE has had no release for years, {_NO_LONGER_MAINTAINED}",
    "MitieTokenizer": "MITIE has had no release for years; use WhitespaceTokenizer",
    "MitieFeaturizer": "MITIE has had no release for years; use CountVectorsFeaturizer or LanguageModelFeaturizer",
    "MitieIntentClassifier": "MITIE has had no release for years; use DIETClassifier",
    "MitieEntityExtractor": "MITIE has had no release for years; use DIETClassifier",
    "HFTransformersNLP": "it was replaced by LanguageModelFeaturizer, which takes the same model",
    "LanguageModelTokenizer": "use WhitespaceTokenizer",
    "ConveRTTokenizer": "use WhitespaceTokenizer",
    "EmbeddingIntentClassifier": "it was replaced by DIETClassifier",
    "EmbeddingPolicy": "it was renamed TEDPolicy",
    "KerasPolicy": "it was replaced by TEDPolicy; LSTMPolicy is the network most like it",
    "SklearnPolicy": "it was replaced by TEDPolicy",
    "FallbackPolicy": "RulePolicy and FallbackClassifier have taken its place",
    "TwoStageFallbackPolicy": "RulePolicy and FallbackClassifier have taken its place",
    "FormPolicy": "RulePolicy has taken its place",
    "MappingPolicy": "RulePolicy has taken its place",
}


RASA_CHANNELS: frozenset[str] = frozenset(
    {
        "botframework",
        "callback",
        "facebook",
        "hangouts",
        "mattermost",
        "rocketchat",
        "slack",
        "socketio",
        "telegram",
        "twilio",
        "twilio_voice",
        "webexteams",
    }
)
"""Channels that a bot's ``credentials.yml`` may rightly name, whether or not a plugin provides them."""


def advice_for(name: str) -> str | None:
    """What to do about a well-known component that is not here; None for a name that is not well known.

    ``name`` may be the dotted path of Rasa's class.
    """
    return _ADVICE.get(name.rpartition(".")[2]) if name.startswith("rasa.") or "." not in name else None

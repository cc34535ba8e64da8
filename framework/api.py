"""The public surface for plugin authors. Semantic versioning applies to the names here, and to nothing else.

Names are imported when first used, so that a plugin's declaration costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from framework.registry.hookspecs import hookimpl
from framework.registry.provides import Kind, Provides

if TYPE_CHECKING:
    from framework.bot.domain import Domain
    from framework.bot.endpoints import Endpoint
    from framework.bot.nlu_data import EntityAnnotation, Example, LookupTable, NLUData, RegexPattern
    from framework.conversation.events import Event
    from framework.conversation.tracker import Tracker
    from framework.dialogue.channel import BotMessage, OutputChannel, UserMessage
    from framework.dialogue.policy import Policy, PolicyConfig, PolicyTrainingData
    from framework.dialogue.prediction import Prediction
    from framework.errors import BotError, EnvironmentProblem, Location, Problem, Severity
    from framework.nlu.batch import EntityResult, IntentResult, IntentScore, MessageBatch
    from framework.nlu.component import (
        Component,
        ComponentConfig,
        EntityExtractor,
        Featurizer,
        FeaturizerConfig,
        IntentClassifier,
        LoadContext,
        TrainingData,
    )
    from framework.nlu.features import FeatureBlock, SparseRows
    from framework.nlu.tokenizer import Tokenizer, TokenizerConfig, TokenSpan
    from framework.nlu.tokens import Tokens
    from framework.storage.ports import EventBroker, LockStore, StoredConversation, TrackerStore, VersionConflict

_WHERE = {
    "framework.bot.domain": ("Domain",),
    "framework.bot.endpoints": ("Endpoint",),
    "framework.bot.nlu_data": ("EntityAnnotation", "Example", "LookupTable", "NLUData", "RegexPattern"),
    "framework.conversation.events": ("Event",),
    "framework.conversation.tracker": ("Tracker",),
    "framework.dialogue.channel": ("BotMessage", "OutputChannel", "UserMessage"),
    "framework.dialogue.policy": ("Policy", "PolicyConfig", "PolicyTrainingData"),
    "framework.dialogue.prediction": ("Prediction",),
    "framework.errors": ("BotError", "EnvironmentProblem", "Location", "Problem", "Severity"),
    "framework.nlu.batch": ("EntityResult", "IntentResult", "IntentScore", "MessageBatch"),
    "framework.nlu.component": (
        "Component",
        "ComponentConfig",
        "EntityExtractor",
        "Featurizer",
        "FeaturizerConfig",
        "IntentClassifier",
        "LoadContext",
        "TrainingData",
    ),
    "framework.nlu.features": ("FeatureBlock", "SparseRows"),
    "framework.nlu.tokenizer": ("TokenSpan", "Tokenizer", "TokenizerConfig"),
    "framework.nlu.tokens": ("Tokens",),
    "framework.storage.ports": ("EventBroker", "LockStore", "StoredConversation", "TrackerStore", "VersionConflict"),
}
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "BotError",
    "BotMessage",
    "Component",
    "ComponentConfig",
    "Domain",
    "Endpoint",
    "EntityAnnotation",
    "EntityExtractor",
    "EntityResult",
    "EnvironmentProblem",
    "Event",
    "EventBroker",
    "Example",
    "FeatureBlock",
    "Featurizer",
    "FeaturizerConfig",
    "IntentClassifier",
    "IntentResult",
    "IntentScore",
    "Kind",
    "LoadContext",
    "Location",
    "LockStore",
    "LookupTable",
    "MessageBatch",
    "NLUData",
    "OutputChannel",
    "Policy",
    "PolicyConfig",
    "PolicyTrainingData",
    "Prediction",
    "Problem",
    "Provides",
    "RegexPattern",
    "Severity",
    "SparseRows",
    "StoredConversation",
    "TokenSpan",
    "Tokenizer",
    "TokenizerConfig",
    "Tokens",
    "Tracker",
    "TrackerStore",
    "TrainingData",
    "UserMessage",
    "VersionConflict",
    "hookimpl",
]


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'framework.api' has no attribute {name!r}")
    return getattr(importlib.import_module(module), name)

"""The public surface for plugin authors. Semantic versioning applies to the names here, and to nothing else.

Names are imported when first used, so that a plugin's declaration costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from framework.registry.hookspecs import hookimpl
from framework.registry.provides import Kind, Provides

if TYPE_CHECKING:
    from framework.bot.domain import Domain, ResponseVariation, Slot
    from framework.bot.domain_json import variation_to_dict
    from framework.bot.endpoints import Endpoint
    from framework.bot.nlu_data import EntityAnnotation, Example, LookupTable, NLUData, RegexPattern
    from framework.bot.stories import UserStep
    from framework.conversation.events import (
        ActionExecuted,
        ActiveLoop,
        BotUttered,
        EntitiesAdded,
        Event,
        FollowupAction,
        LoopInterrupted,
        ReminderScheduled,
        SlotSet,
        UserUttered,
    )
    from framework.conversation.slots import SlotType
    from framework.conversation.tracker import ACTION_LISTEN, Tracker
    from framework.dialogue.action_runner import ActionFailed, ActionRejected
    from framework.dialogue.actions.action import Action, ActionContext
    from framework.dialogue.channel import BotMessage, OutputChannel, UserMessage
    from framework.dialogue.messages import bot_event
    from framework.dialogue.policy import Policy, PolicyConfig, PolicyTrainingData
    from framework.dialogue.prediction import Prediction
    from framework.dialogue.responses import Response, ResponseGenerator, TemplateResponses
    from framework.dialogue.rule_learning import learn_rule_book, train_rules
    from framework.dialogue.rulebook import RuleBook, RuleBookData, RuleDecision
    from framework.dialogue.states import ACTION_UNLIKELY_INTENT, DialogueState, RuleOnly, StateReader
    from framework.dialogue.unroll import Decision, TrainingDialogue, state_reader
    from framework.errors import BotError, EnvironmentProblem, Location, Problem, Severity
    from framework.nlu.batch import EntityResult, IntentResult, IntentScore, MessageBatch
    from framework.nlu.component import (
        Component,
        ComponentCache,
        ComponentConfig,
        EarlierTraining,
        EntityExtractor,
        Featurizer,
        FeaturizerConfig,
        IntentClassifier,
        LoadContext,
        TrainingData,
    )
    from framework.nlu.features import FeatureBlock, SparseRows
    from framework.nlu.keyed_rows import FEW_TOKENS, KeyedRows, Repeats
    from framework.nlu.parse import ParseData, entity_to_dict
    from framework.nlu.tokenizer import BatchTokenizer, Tokenizer, TokenizerConfig, TokenSpan
    from framework.nlu.tokens import Tokens
    from framework.server.api_error import ApiError, bad_request
    from framework.server.channel import ChannelConfig, InputChannel, OnMessage
    from framework.server.collecting import CollectingOutput, JSONMessage, json_messages
    from framework.server.parts import AttachmentPart, CustomPart, ImagePart, Part, TextPart, parts_of
    from framework.storage.ports import (
        EventBroker,
        LockStore,
        Outbox,
        OutboxEntry,
        ServiceConfig,
        ServiceContext,
        StoredConversation,
        TrackerStore,
        VersionConflict,
    )
    from framework.storage.reminders import Reminder, Reminders

_WHERE = {
    "framework.bot.domain": ("Domain", "ResponseVariation", "Slot"),
    "framework.bot.domain_json": ("variation_to_dict",),
    "framework.bot.endpoints": ("Endpoint",),
    "framework.bot.nlu_data": ("EntityAnnotation", "Example", "LookupTable", "NLUData", "RegexPattern"),
    "framework.bot.stories": ("UserStep",),
    "framework.conversation.events": (
        "ActionExecuted",
        "ActiveLoop",
        "BotUttered",
        "EntitiesAdded",
        "Event",
        "FollowupAction",
        "LoopInterrupted",
        "ReminderScheduled",
        "SlotSet",
        "UserUttered",
    ),
    "framework.conversation.slots": ("SlotType",),
    "framework.conversation.tracker": ("ACTION_LISTEN", "Tracker"),
    "framework.dialogue.action_runner": ("ActionFailed", "ActionRejected"),
    "framework.dialogue.actions.action": ("Action", "ActionContext"),
    "framework.dialogue.messages": ("bot_event",),
    "framework.dialogue.channel": ("BotMessage", "OutputChannel", "UserMessage"),
    "framework.dialogue.policy": ("Policy", "PolicyConfig", "PolicyTrainingData"),
    "framework.dialogue.prediction": ("Prediction",),
    "framework.dialogue.responses": ("Response", "ResponseGenerator", "TemplateResponses"),
    "framework.dialogue.rule_learning": ("learn_rule_book", "train_rules"),
    "framework.dialogue.rulebook": ("RuleBook", "RuleBookData", "RuleDecision"),
    "framework.dialogue.states": ("ACTION_UNLIKELY_INTENT", "DialogueState", "RuleOnly", "StateReader"),
    "framework.dialogue.unroll": ("Decision", "TrainingDialogue", "state_reader"),
    "framework.errors": ("BotError", "EnvironmentProblem", "Location", "Problem", "Severity"),
    "framework.nlu.batch": ("EntityResult", "IntentResult", "IntentScore", "MessageBatch"),
    "framework.nlu.component": (
        "Component",
        "ComponentCache",
        "ComponentConfig",
        "EarlierTraining",
        "EntityExtractor",
        "Featurizer",
        "FeaturizerConfig",
        "IntentClassifier",
        "LoadContext",
        "TrainingData",
    ),
    "framework.nlu.features": ("FeatureBlock", "SparseRows"),
    "framework.nlu.keyed_rows": ("FEW_TOKENS", "KeyedRows", "Repeats"),
    "framework.nlu.parse": ("ParseData", "entity_to_dict"),
    "framework.nlu.tokenizer": ("BatchTokenizer", "TokenSpan", "Tokenizer", "TokenizerConfig"),
    "framework.nlu.tokens": ("Tokens",),
    "framework.server.channel": ("ChannelConfig", "InputChannel", "OnMessage"),
    "framework.server.collecting": ("CollectingOutput", "JSONMessage", "json_messages"),
    "framework.server.api_error": ("ApiError", "bad_request"),
    "framework.server.parts": ("AttachmentPart", "CustomPart", "ImagePart", "Part", "TextPart", "parts_of"),
    "framework.storage.ports": (
        "EventBroker",
        "LockStore",
        "Outbox",
        "OutboxEntry",
        "ServiceConfig",
        "ServiceContext",
        "StoredConversation",
        "TrackerStore",
        "VersionConflict",
    ),
    "framework.storage.reminders": ("Reminder", "Reminders"),
}
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "ACTION_LISTEN",
    "ACTION_UNLIKELY_INTENT",
    "FEW_TOKENS",
    "Action",
    "ActionContext",
    "ActionExecuted",
    "ActionFailed",
    "ActionRejected",
    "ActiveLoop",
    "ApiError",
    "AttachmentPart",
    "BatchTokenizer",
    "BotError",
    "BotMessage",
    "BotUttered",
    "ChannelConfig",
    "CollectingOutput",
    "Component",
    "ComponentCache",
    "ComponentConfig",
    "CustomPart",
    "Decision",
    "DialogueState",
    "Domain",
    "EarlierTraining",
    "Endpoint",
    "EntitiesAdded",
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
    "FollowupAction",
    "ImagePart",
    "InputChannel",
    "IntentClassifier",
    "IntentResult",
    "IntentScore",
    "JSONMessage",
    "KeyedRows",
    "Kind",
    "LoadContext",
    "Location",
    "LockStore",
    "LookupTable",
    "LoopInterrupted",
    "MessageBatch",
    "NLUData",
    "OnMessage",
    "Outbox",
    "OutboxEntry",
    "OutputChannel",
    "ParseData",
    "Part",
    "Policy",
    "PolicyConfig",
    "PolicyTrainingData",
    "Prediction",
    "Problem",
    "Provides",
    "RegexPattern",
    "Reminder",
    "ReminderScheduled",
    "Reminders",
    "Repeats",
    "Response",
    "ResponseGenerator",
    "ResponseVariation",
    "RuleBook",
    "RuleBookData",
    "RuleDecision",
    "RuleOnly",
    "ServiceConfig",
    "ServiceContext",
    "Severity",
    "Slot",
    "SlotSet",
    "SlotType",
    "SparseRows",
    "StateReader",
    "StoredConversation",
    "TemplateResponses",
    "TextPart",
    "TokenSpan",
    "Tokenizer",
    "TokenizerConfig",
    "Tokens",
    "Tracker",
    "TrackerStore",
    "TrainingData",
    "TrainingDialogue",
    "UserMessage",
    "UserStep",
    "UserUttered",
    "VersionConflict",
    "bad_request",
    "bot_event",
    "entity_to_dict",
    "hookimpl",
    "json_messages",
    "learn_rule_book",
    "parts_of",
    "state_reader",
    "train_rules",
    "variation_to_dict",
]


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'framework.api' has no attribute {name!r}")
    return getattr(importlib.import_module(module), name)

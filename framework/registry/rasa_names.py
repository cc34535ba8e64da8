"""What to use in place of the names that components written for Rasa import."""

from __future__ import annotations

from collections.abc import Iterable

REPLACEMENTS: dict[str, str] = {
    "GraphComponent": "Component",
    "Component": "Component",
    "ExecutionContext": "LoadContext",
    "Tokenizer": "Tokenizer",
    "Token": "TokenSpan",
    "Featurizer": "Featurizer",
    "DenseFeaturizer": "Featurizer",
    "SparseFeaturizer": "Featurizer",
    "Features": "FeatureBlock",
    "IntentClassifier": "IntentClassifier",
    "EntityExtractor": "EntityExtractor",
    "EntityExtractorMixin": "EntityExtractor",
    "Message": "MessageBatch",
    "TrainingData": "TrainingData",
    "Policy": "Policy",
    "PolicyPrediction": "Prediction",
    "DialogueStateTracker": "Tracker",
    "TrackerWithCachedStates": "PolicyTrainingData",
    "TrackerFeaturizer": "StateReader",
    "MaxHistoryTrackerFeaturizer": "StateReader",
    "Domain": "Domain",
    "Slot": "SlotType",
    "Event": "Event",
    "ActionExecuted": "ActionExecuted",
    "ActiveLoop": "ActiveLoop",
    "BotUttered": "BotUttered",
    "FollowupAction": "FollowupAction",
    "LoopInterrupted": "LoopInterrupted",
    "ReminderScheduled": "ReminderScheduled",
    "SlotSet": "SlotSet",
    "UserUttered": "UserUttered",
    "ACTION_LISTEN_NAME": "ACTION_LISTEN",
    "InputChannel": "InputChannel",
    "OutputChannel": "OutputChannel",
    "CollectingOutputChannel": "CollectingOutput",
    "UserMessage": "UserMessage",
    "TrackerStore": "TrackerStore",
    "LockStore": "LockStore",
    "EventBroker": "EventBroker",
    "EndpointConfig": "Endpoint",
    "Action": "Action",
    "RasaException": "BotError",
    "InvalidConfigException": "BotError",
}
"""Names of Rasa, and the name in ``framework.api`` that stands in their place."""

WITHOUT: dict[str, str] = {
    "DefaultV1Recipe": "nothing registers a class of the bot's own",
    "Resource": "`save` and `load` are given a folder",
    "ModelStorage": "`save` and `load` are given a folder",
    "Metadata": "`load` is given the config",
    "RasaNLUModelConfig": "`train` is given the data alone",
    "SupportedData": "`train` is given stories and rules",
}
"""Names of Rasa that nothing stands for, and why nothing is needed."""

PACKAGES: dict[str, str] = {
    "rasa.nlu.tokenizers": "Tokenizer",
    "rasa.nlu.featurizers": "Featurizer",
    "rasa.nlu.classifiers": "IntentClassifier",
    "rasa.nlu.extractors": "EntityExtractor",
    "rasa.nlu.constants": "MessageBatch",
    "rasa.nlu": "Component",
    "rasa.engine": "Component",
    "rasa.core.policies": "Policy",
    "rasa.core.channels": "InputChannel",
    "rasa.core.tracker_store": "TrackerStore",
    "rasa.core.lock_store": "LockStore",
    "rasa.core.brokers": "EventBroker",
    "rasa.shared.core.domain": "Domain",
    "rasa.shared.core.trackers": "Tracker",
    "rasa.shared.core.events": "Event",
    "rasa.shared.nlu.constants": "MessageBatch",
    "rasa.shared.nlu.training_data.message": "MessageBatch",
    "rasa.shared.nlu.training_data": "TrainingData",
    "rasa.shared.exceptions": "BotError",
}
"""Packages of Rasa, for names that are in neither table."""

HELPERS = ("rasa.utils", "rasa.shared.utils", "rasa.shared.constants", "rasa.shared.core.constants")
"""Packages of small helpers and strings."""


def remedy(module: str, names: Iterable[str]) -> str:
    """What to write in place of an import of these names from a module, or of the module where there are none."""
    instead: dict[str, None] = {}
    without: list[str] = []
    for name in names or ("",):
        if name in REPLACEMENTS:
            instead[REPLACEMENTS[name]] = None
        elif name in WITHOUT:
            without.append(f"{name} is not needed: {WITHOUT[name]}")
        elif not _is_inside(module, HELPERS):
            instead[_of_package(module)] = None
    parts = [f"from framework.api import {', '.join(instead)}"] if instead else []
    return "; ".join([*parts, *without]) or "write the string itself, or use Python's standard library"


def _of_package(module: str) -> str:
    fitting = [package for package in PACKAGES if _is_inside(module, (package,))]
    return PACKAGES[max(fitting, key=len)] if fitting else "Component"


def _is_inside(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)

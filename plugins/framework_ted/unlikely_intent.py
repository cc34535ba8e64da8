"""``UnexpecTEDIntentPolicy``: notices a message that no story leads one to expect."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np

from framework.api import (
    ACTION_UNLIKELY_INTENT,
    ActionExecuted,
    DialogueState,
    Domain,
    EarlierTraining,
    LoadContext,
    Policy,
    PolicyTrainingData,
    Prediction,
    StateReader,
    Tracker,
    TrainingDialogue,
    UserUttered,
    state_reader,
)
from framework_ted.config import UnexpecTEDConfig
from framework_ted.examples import Example, ExampleSet, collect
from framework_ted.model import DialogueModel
from framework_ted.states import with_words_alone
from framework_ted.texts import Featurize
from framework_ted.thresholds import likely_from
from framework_ted.windows import Floats, Windows

logger = logging.getLogger(__name__)

_FILE = "policy.json"
_CHUNK = 512
_ROUNDING = 1e-3
"""Scores of one window in different company may differ by a little less."""


class UnexpecTEDIntentPolicy(Policy[UnexpecTEDConfig]):
    """Predicts ``action_unlikely_intent`` after a message whose intent the stories do not have at such a place."""

    Config = UnexpecTEDConfig
    version = 2
    is_finetunable = True
    reads_texts = True

    def __init__(self, config: UnexpecTEDConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._model: DialogueModel | None = None
        self._thresholds: dict[str, float] = {}
        self._reader: StateReader | None = None
        self._ignored: frozenset[str] = frozenset()

    def train(self, data: PolicyTrainingData) -> None:
        """Learns which intents the stories have where, and from which score on each is likely."""
        self._learn(data, None)

    def finetune(self, data: PolicyTrainingData, earlier: EarlierTraining) -> None:
        """Goes on from the weights of an earlier training; from which score on an intent is likely is found anew."""
        self._learn(data, earlier)

    def _learn(self, data: PolicyTrainingData, earlier: EarlierTraining | None) -> None:
        dialogues = [dialogue for dialogue in data.dialogues if dialogue.kind != "rule"]
        reader = state_reader(data.domain, dialogues)
        self._ignored = reader.ignored
        self.featurize = data.featurize
        examples = [example for dialogue in dialogues for example in _messages(dialogue, reader)]
        if not examples:
            logger.warning("%s learns from stories, and there are none; it will find nothing unlikely.", self.name)
            return
        learned = collect(examples, self.config.history)
        self._model = DialogueModel.train(
            learned,
            self.config,
            data.featurize,
            kind="transformer",
            objective="any",
            name=self.name,
            earlier=earlier,
        )
        logits = _all_logits(self._model, learned, data.featurize)
        thresholds = likely_from(logits, learned, self.config.tolerance)
        self._thresholds = dict(zip(learned.labels, thresholds.tolist(), strict=True))

    def predict(self, tracker: Tracker, domain: Domain) -> Prediction:  # noqa: D102
        prediction = Prediction(policy=type(self).__name__, priority=self.config.priority, probabilities={})
        message = _just_heard(tracker)
        intent = message.intent if message is not None else None
        if self._model is None or intent is None or intent not in self._thresholds:
            return prediction
        if intent in self.config.ignore_intents_list:
            return prediction
        reader = self._reader_of(domain)
        states = reader.for_prediction(tracker, rule_only=self.rule_only, limit=self._model.limit + 1)[:-1]
        if not states:
            return prediction
        logits = self._model.logits(states, Windows.whole(len(states)), self.featurize)[0]
        score = float(logits[self._model.labels.index(intent)])
        if score < self._thresholds[intent] - _ROUNDING:
            prediction.probabilities[ACTION_UNLIKELY_INTENT] = 1.0
            prediction.reason = f"intent {intent!r} scores {score:.2f}, less than {self._thresholds[intent]:.2f}"
        return prediction

    def save(self, directory: Path) -> None:  # noqa: D102
        description = {"ignored_actions": sorted(self._ignored), "thresholds": self._thresholds}
        (directory / _FILE).write_text(json.dumps(description, indent=1), encoding="utf-8")
        if self._model is not None:
            self._model.save(directory)

    @classmethod
    def load(cls, config: UnexpecTEDConfig, directory: Path, context: LoadContext) -> Self:  # noqa: D102
        policy = cls(config, context)
        description = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        policy._ignored = frozenset(description["ignored_actions"])
        policy._thresholds = description["thresholds"]
        policy._model = DialogueModel.load(directory, config.runtime)
        return policy

    def _reader_of(self, domain: Domain) -> StateReader:
        if self._reader is None or self._reader.domain is not domain:
            self._reader = StateReader(domain, self._ignored)
        return self._reader


def _just_heard(tracker: Tracker) -> UserUttered | None:
    """The message that the user sent last, unless the bot has done something since."""
    for event in tracker.applied_newest_first():
        if isinstance(event, UserUttered):
            return event
        if isinstance(event, ActionExecuted):
            return None
    return None


def _messages(dialogue: TrainingDialogue, reader: StateReader) -> Iterator[Example]:
    """The states before each message of a dialogue, and its intent."""
    states: list[DialogueState] = with_words_alone(reader.for_training(dialogue.tracker))
    for number, state in enumerate(states):
        if number and state.is_after_listen and state.intent is not None:
            yield Example(tuple(states[:number]), state.intent, is_augmented=dialogue.kind == "augmented")


def _all_logits(model: DialogueModel, examples: ExampleSet, featurize: Featurize) -> Floats:
    """The scores after all windows, ``[W, C]``."""
    logits = []
    for chunk in np.array_split(np.arange(len(examples.windows)), -(-len(examples.windows) // _CHUNK)):
        windows, used = examples.windows.take(chunk).compact()
        logits.append(model.logits([examples.states[number] for number in used], windows, featurize))
    return np.concatenate(logits)

"""The policies that learn which action follows: ``TEDPolicy`` and ``LSTMPolicy``."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

import numpy as np

from framework.api import (
    DialogueState,
    Domain,
    EarlierTraining,
    EntitiesAdded,
    Event,
    LoadContext,
    Policy,
    PolicyTrainingData,
    Prediction,
    StateReader,
    Tracker,
    entity_to_dict,
    state_reader,
)
from framework_ted.config import LearnedPolicyConfig, LSTMConfig, TEDConfig
from framework_ted.examples import Example, collect
from framework_ted.model import DialogueModel, softmax
from framework_ted.states import with_words_alone
from framework_ted.tagger import EntityTagger
from framework_ted.windows import Floats, Windows

if TYPE_CHECKING:
    from framework_ted.trainer import Kind

logger = logging.getLogger(__name__)

ConfigT = TypeVar("ConfigT", bound=LearnedPolicyConfig)

INTENT_MARK = "/"
"""A message that begins so names its intent and says nothing."""

_FILE = "policy.json"


class LearnedPolicy(Policy[ConfigT]):
    """Learns from stories which action follows the latest states, and so knows what to do in new situations too."""

    is_finetunable = True
    reads_texts = True
    kind: ClassVar[Kind]

    def __init__(self, config: ConfigT, context: LoadContext) -> None:
        super().__init__(config, context)
        self._model: DialogueModel | None = None
        self._tagger: EntityTagger | None = None
        self._ignored: frozenset[str] = frozenset()
        self._reader: StateReader | None = None

    def train(self, data: PolicyTrainingData) -> None:
        """Learns the actions of stories and augmented stories; rules are not for policies that learn."""
        self._learn(data, None)

    def finetune(self, data: PolicyTrainingData, earlier: EarlierTraining) -> None:
        """Goes on from the weights of an earlier training; those of new actions, intents and slots are fresh."""
        self._learn(data, earlier)

    def _learn(self, data: PolicyTrainingData, earlier: EarlierTraining | None) -> None:
        dialogues = [dialogue for dialogue in data.dialogues if dialogue.kind != "rule"]
        reader = state_reader(data.domain, dialogues)
        self._ignored = reader.ignored
        self.featurize = data.featurize
        examples = [
            Example(states, decision.label, is_augmented=dialogue.kind == "augmented")
            for dialogue in dialogues
            for states, decision in dialogue.examples(
                with_words_alone(reader.for_training(dialogue.tracker)), reader.ignored
            )
        ]
        if not examples:
            logger.warning("%s learns from stories, and there are none; it will predict nothing.", self.name)
            return
        self._model = DialogueModel.train(
            collect(examples, self.config.history),
            self.config,
            data.featurize,
            kind=self.kind,
            objective="one",
            name=self.name,
            answers=data.domain.e2e_actions,
            earlier=earlier,
        )
        settings = self.config.tagger
        if settings is not None:
            messages = data.stories.messages_by_words
            self._tagger = EntityTagger.train(messages, settings, self.config, data.featurize, self.name)

    def predict(self, tracker: Tracker, domain: Domain) -> Prediction:  # noqa: D102
        prediction = Prediction(policy=type(self).__name__, priority=self.config.priority, probabilities={})
        if self._model is None:
            return prediction
        reader = self._reader_of(domain)
        states = reader.for_prediction(tracker, rule_only=self.rule_only, limit=self._model.limit)
        confidences = self._confidences(self._model, states)
        if not self._model.columns.has_intent_of(states[-1]):
            confidences = np.zeros_like(confidences)  # no story says anything of this intent
        heard = self._heard(reader, tracker)
        if heard is not None:
            by_words = self._confidences(self._model, (*states[:-1], heard))
            if self._trusts_words(heard, by_words, _intent_confidence(tracker) * confidences.max()):
                prediction.is_end_to_end_prediction, confidences = True, by_words
                prediction.optional_events = self._entities(tracker)
        if confidences.any():
            prediction.probabilities = dict(self._ranked(confidences, self._model.labels))
        return prediction

    def save(self, directory: Path) -> None:  # noqa: D102
        (directory / _FILE).write_text(json.dumps({"ignored_actions": sorted(self._ignored)}), encoding="utf-8")
        if self._model is not None:
            self._model.save(directory)
        if self._tagger is not None:
            self._tagger.save(directory)

    @classmethod
    def load(cls, config: ConfigT, directory: Path, context: LoadContext) -> Self:  # noqa: D102
        policy = cls(config, context)
        policy._ignored = frozenset(json.loads((directory / _FILE).read_text(encoding="utf-8"))["ignored_actions"])
        policy._model = DialogueModel.load(directory, config.runtime)
        policy._tagger = EntityTagger.load(directory, config.runtime)
        return policy

    def _entities(self, tracker: Tracker) -> list[Event]:
        """The entities in the words of the latest message."""
        message, settings = tracker.latest_message, self.config.tagger
        if self._tagger is None or settings is None or message is None or not message.text:
            return []
        found = self._tagger.find(message.text, self.featurize, settings, type(self).__name__)
        return [EntitiesAdded(entities=[entity_to_dict(entity) for entity in found])] if found else []

    def _heard(self, reader: StateReader, tracker: Tracker) -> DialogueState | None:
        """The state of now by the words of the message; None where these do not count."""
        if self._model is None or self._model.texts is None:
            return None
        now = next(reader.learned_newest_first(tracker, self.rule_only))
        is_said = now.is_after_listen and now.text is not None and not now.text.startswith(INTENT_MARK)
        return now.by_text() if is_said else None

    def _trusts_words(self, heard: DialogueState, confidences: Floats, confidence_of_intent: float) -> bool:
        """Whether to go by the words: the more they are like those of a story, the more they count."""
        if self._model is None or self._model.texts is None or heard.text is None:
            return False
        confidence = float(confidences.max())
        if confidence <= self.config.e2e_confidence_threshold:
            return False
        return confidence * self._model.texts.closeness(heard.text, self.featurize) >= confidence_of_intent

    def _confidences(self, model: DialogueModel, states: tuple[DialogueState, ...]) -> Floats:
        return softmax(model.logits(states, Windows.whole(len(states)), self.featurize)[0])

    def _ranked(self, confidences: Floats, labels: tuple[str, ...]) -> Iterator[tuple[str, float]]:
        best = np.argsort(-confidences, kind="stable")[: self.config.ranking_length or None]
        top = confidences[best]
        if self.config.renormalize_confidences:
            top = top / top.sum()
        for number, confidence in zip(best.tolist(), top.tolist(), strict=True):
            yield labels[number], confidence

    def _reader_of(self, domain: Domain) -> StateReader:
        if self._reader is None or self._reader.domain is not domain:
            self._reader = StateReader(domain, self._ignored)
        return self._reader


class TEDPolicy(LearnedPolicy[TEDConfig]):
    """Learns from stories with the Transformer Embedding Dialogue network (arXiv 1910.00486)."""

    Config = TEDConfig
    version = 2
    kind = "transformer"


class LSTMPolicy(LearnedPolicy[LSTMConfig]):
    """Learns from stories with a recurrent network (Hochreiter and Schmidhuber 1997)."""

    Config = LSTMConfig
    version = 2
    kind = "lstm"


def _intent_confidence(tracker: Tracker) -> float:
    message = tracker.latest_message
    intent = message.parse_data.get("intent") if message is not None else None
    return float(intent.get("confidence", 1.0)) if intent and intent.get("name") else 0.0

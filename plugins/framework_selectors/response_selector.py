"""``ResponseSelector``: which answer of a retrieval intent a message asks for."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from typing_extensions import override

from framework.api import (
    Component,
    EarlierTraining,
    IntentResult,
    IntentScore,
    Kind,
    LoadContext,
    MessageBatch,
    TrainingData,
)
from framework.ml.features import Matrix, PartReader
from framework.ml.runtime import open_runner
from framework.ml.weights import Arrays, load_arrays, save_arrays
from framework_selectors.answers import Answers, Questions, collect, retrieval_intents
from framework_selectors.choice import Choice, Chooser, nothing_chosen
from framework_selectors.config import ResponseSelectorConfig
from framework_selectors.predictor import Predictor

if TYPE_CHECKING:
    import torch

    from framework_selectors.trainer import Trained

logger = logging.getLogger(__name__)

DEFAULT_NAME = "default"
FALLBACK_INTENT = "nlu_fallback"


class ResponseSelector(Component[ResponseSelectorConfig]):
    """Chooses among the answers of one retrieval intent, or of all of them.

    Where the message has a retrieval intent, its own answers are chosen from. Confidences are relative to all answers
    nevertheless, so that they are low where the intent and the selector disagree.
    """

    Config = ResponseSelectorConfig
    kind: ClassVar[Kind] = "selector"
    is_trainable: ClassVar[bool] = True
    is_finetunable: ClassVar[bool] = True
    requires: ClassVar[tuple[Kind, ...]] = ("featurizer",)

    def __init__(self, config: ResponseSelectorConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._intents: tuple[str, ...] = ()
        self._answers = Answers(())
        self._chooser = Chooser(self._answers, {})
        self._predictor: Predictor | None = None
        self._trained: Trained | None = None

    @classmethod
    @override
    def inputs(cls, config: ResponseSelectorConfig) -> frozenset[str]:
        return cls.reads | {"responses"} if config.use_text_as_label else cls.reads

    @override
    def train(self, data: TrainingData) -> None:
        """Learns the answers; a single one needs no learning, and none is no failure."""
        self._learn_answers(data, None)

    @override
    def finetune(self, data: TrainingData, earlier: EarlierTraining) -> None:
        """Goes on from the weights of an earlier training; those of new answers and words are fresh."""
        self._learn_answers(data, earlier)

    def _learn_answers(self, data: TrainingData, earlier: EarlierTraining | None) -> None:
        questions = collect(data, self.config)
        self._know(retrieval_intents(data.examples), questions.answers)
        if not self._answers:
            self._say_that_there_is_nothing_to_choose()
        elif len(self._answers) > 1:
            self._learn(self._features(questions, data), np.array(questions.numbers), earlier)

    @override
    def process(self, batch: MessageBatch) -> None:
        """Adds the choice for every message, and falls back where it is too weak."""
        probabilities = self._probabilities(batch)
        for message, text in enumerate(batch.texts):
            intent = batch.intents[message]
            choice = nothing_chosen()
            if probabilities is not None and text.strip():
                choice = self._choose(probabilities[message], intent.name)
            selections = batch.selections[message]
            selections["all_retrieval_intents"] = list(self._intents)
            selections[self.config.retrieval_intent or DEFAULT_NAME] = choice
            threshold = self._threshold_for(intent.name)
            if threshold is not None and choice["response"]["confidence"] < threshold:
                _fall_back(batch, message, choice["response"]["confidence"], threshold)

    @override
    def save(self, directory: Path) -> None:
        """Writes the answers; tables, weights and the graph if there was something to learn."""
        description: dict[str, Any] = {"intents": self._intents, "answers": self._answers.keys}
        trained = self._trained
        if trained is not None:
            description |= {"shape": asdict(trained.shape), "featurizers": list(trained.reader.scales)}
            save_arrays({"table": trained.table} | trained.reader.arrays(), directory / "tables.safetensors")
            save_arrays(trained.state, directory / "network.safetensors")
            (directory / "network.onnx").write_bytes(trained.graph)
        (directory / "answers.json").write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")

    @classmethod
    @override
    def load(cls, config: ResponseSelectorConfig, directory: Path, context: LoadContext) -> Self:
        """Restores it without torch, unless torch is to serve."""
        selector = cls(config, context)
        description = json.loads((directory / "answers.json").read_text(encoding="utf-8"))
        selector._know(tuple(description["intents"]), Answers(tuple(map(tuple, description["answers"]))))
        if "shape" in description:
            arrays, shape = load_arrays(directory / "tables.safetensors"), description["shape"]
            runner = open_runner(
                config.runtime,
                directory / "network.onnx",
                lambda: _network(shape, load_arrays(directory / "network.safetensors")),
            )
            reader = PartReader.from_arrays("sentence", description["featurizers"], arrays)
            selector._predictor = Predictor(reader, arrays["table"], len(selector._answers), runner)
        return selector

    def _know(self, intents: tuple[str, ...], answers: Answers) -> None:
        self._intents, self._answers = intents, answers
        self._chooser = Chooser(answers, self.context.responses)

    def _features(self, questions: Questions, data: TrainingData) -> MessageBatch:
        if questions.texts:
            asked = [data.examples[place].text for place in questions.places]
            batch = data.featurize([*asked, *questions.texts])
            return MessageBatch(batch.texts, blocks=batch.features(self.config.featurizers))
        places = np.array(questions.places)
        blocks = [block.sentences(places) for block in data.batch.features(self.config.featurizers)]
        return MessageBatch([data.batch.texts[place] for place in questions.places], blocks=blocks)

    def _learn(
        self, batch: MessageBatch, numbers: np.ndarray[Any, np.dtype[np.int64]], earlier: EarlierTraining | None
    ) -> None:
        from framework_selectors.trainer import Start, train

        start = Start(earlier, self._answers) if earlier is not None else None
        self._trained = trained = train(batch, numbers, self.config, self.name, start)
        runner = open_runner(self.config.runtime, trained.graph, lambda: _network(asdict(trained.shape), trained.state))
        self._predictor = Predictor(trained.reader, trained.table, len(self._answers), runner)

    def _probabilities(self, batch: MessageBatch) -> Matrix | None:
        if self._predictor is not None and len(batch):
            return self._predictor.probabilities(batch)
        return np.ones((len(batch), 1), np.float32) if self._answers else None

    def _choose(self, probabilities: Matrix, intent: str | None) -> Choice:
        config = self.config
        return self._chooser.choose(
            probabilities, intent, length=config.ranking_length, renormalize=config.renormalize_confidences
        )

    def _threshold_for(self, intent: str | None) -> float | None:
        """The threshold for a message of this intent; None where its answer is not this selector's."""
        own = self.config.retrieval_intent
        is_own = intent == own if own else intent in self._intents
        return self.config.threshold if is_own else None

    def _say_that_there_is_nothing_to_choose(self) -> None:
        intent = self.config.retrieval_intent
        if intent is None:
            logger.info("%s: no example has a response key; there is nothing to choose from", self.name)
            return
        logger.warning(
            "%s: no example is of %r with a response key, so it will choose nothing; the retrieval intents are: %s",
            self.name,
            intent,
            ", ".join(self._intents) or "none",
        )


def _fall_back(batch: MessageBatch, message: int, confidence: float, threshold: float) -> None:
    """Puts ``nlu_fallback`` before the intents, and tells why in the output, as FallbackClassifier does."""
    ranking = [IntentScore(FALLBACK_INTENT, threshold), *batch.intents[message].ranking]
    batch.intents[message] = IntentResult(FALLBACK_INTENT, threshold, ranking)
    batch.extras[message]["fallback"] = {"reason": "weak_answer", "score": confidence, "threshold": threshold}


def _network(shape: dict[str, Any], state: Arrays) -> torch.nn.Module:
    from framework_selectors.network import Shape, restore

    return restore(Shape(**{**shape, "hidden_layers": tuple(shape["hidden_layers"])}), state)

"""What the training examples say of a test message beside the model: a linear model's guess, and the closest ones."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from framework.bot.nlu_data import Example
from framework.evaluation.feature_space import FeatureSpace
from framework.evaluation.linear_baseline import LinearBaseline
from framework.evaluation.parsed_example import Neighbour
from framework.nlu.batch import MessageBatch
from framework.nlu.pipeline import Pipeline

CLOSEST = 3
_CHUNK = 64  # messages; so many rows of similarities to all training examples are in memory at once


class TrainingReference:
    """The examples that a pipeline was trained on, in the space of its own features."""

    def __init__(self, pipeline: Pipeline, examples: Sequence[Example]) -> None:
        """Featurizes the examples and fits the linear models. ``examples`` must not be empty."""
        batch = pipeline.featurize([example.text for example in examples])
        self._examples = examples
        self._space = FeatureSpace.fit(batch)
        self._rows = self._space.rows(batch)
        self._intents = self._fit([example.intent_name for example in examples])
        self._responses = self._fit([example.intent if example.response_key else None for example in examples])

    def guess_intents(self, batch: MessageBatch) -> list[str] | None:
        """A linear model's intent of each message; None where no training example has an intent."""
        return self._intents.predict(self._space.rows(batch)) if self._intents else None

    def guess_responses(self, batch: MessageBatch) -> list[str] | None:
        """A linear model's retrieval intent with response key (``faq/price``) of each message."""
        return self._responses.predict(self._space.rows(batch)) if self._responses else None

    def find_closest(self, batch: MessageBatch, examples: Sequence[Example]) -> list[tuple[Neighbour, ...]]:
        """The nearest training examples of each message, nearest first; a message is not its own neighbour."""
        rows = self._space.rows(batch)
        found: list[tuple[Neighbour, ...]] = []
        for first in range(0, len(examples), _CHUNK):
            similarities = (rows[first : first + _CHUNK] @ self._rows.T).toarray()
            for example, row in zip(examples[first : first + _CHUNK], similarities, strict=True):
                found.append(self._nearest(example, row))
        return found

    def _fit(self, labels: Sequence[str | None]) -> LinearBaseline | None:
        labelled = [index for index, label in enumerate(labels) if label]
        return LinearBaseline(self._rows[labelled], [str(labels[index]) for index in labelled]) if labelled else None

    def _nearest(self, example: Example, similarities: Any) -> tuple[Neighbour, ...]:
        neighbours = [
            Neighbour(self._examples[place], round(float(similarities[place]), 4))
            for place in np.argsort(-similarities, kind="stable")[: 2 * CLOSEST]
        ]
        others = [item for item in neighbours if not _is_same(item.example, example) and item.similarity > 0]
        return tuple(others[:CLOSEST])


def _is_same(one: Example, other: Example) -> bool:
    return (one.text, one.intent, one.entities) == (other.text, other.intent, other.entities)


def make_reference(pipeline: Pipeline, examples: Sequence[Example]) -> TrainingReference | None:
    """The reference; None on a machine that only serves and has no scikit-learn, and where there are no examples."""
    return TrainingReference(pipeline, examples) if examples and find_spec("sklearn") else None

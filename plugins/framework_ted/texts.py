"""What the bot's pipeline knows of the texts in states: what the user said, and what the bot said before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from framework.api import DialogueState, MessageBatch, SparseRows
from framework.ml.features import PartFeatures, PartReader
from framework.ml.growth import column_names
from framework.ml.rows import beside
from framework.ml.weights import Arrays
from framework_ted.heard_texts import HeardTexts
from framework_ted.story_words import ORIGIN, StoryWords, origins
from framework_ted.windows import Floats, Ints

Featurize = Callable[[Sequence[str]], MessageBatch]


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """Reads the sentence features of both texts of a state, side by side; zeros where there is no text."""

    words: StoryWords
    reader: PartReader
    heard: HeardTexts

    @classmethod
    def fit(
        cls,
        states: Sequence[DialogueState],
        answers: Sequence[str],
        featurize: Featurize,
        featurizers: tuple[str, ...],
    ) -> TextFeatures:
        """Learns words, and the scales of features, from the texts of all states, and of what the bot can say."""
        batch = featurize(list(dict.fromkeys((*_texts(states), *answers))))
        words = StoryWords.fit(batch)
        reader = PartReader.fit("sentence", words.beside(batch).features(origins(featurizers)))
        heard = list(dict.fromkeys(state.text for state in states if state.text))
        return cls(words, reader, HeardTexts(reader.read(words.beside(featurize(heard)))))

    def of(self, texts: Sequence[str], featurize: Featurize) -> PartFeatures:
        """The features of texts, a row each."""
        return self.reader.read(self.words.beside(featurize(texts)))

    def read(self, states: Sequence[DialogueState], featurize: Featurize) -> PartFeatures:
        """A row for every state."""
        texts = _texts(states)
        numbers = {text: number for number, text in enumerate(texts)}
        said = [
            np.asarray([numbers.get(text or "", len(texts)) for text in column], dtype=np.int64)
            for column in ([state.text for state in states], [state.action_text for state in states])
        ]
        features = self.of(texts, featurize) if texts else self._nothing()
        sparse, dense = features.sparse, features.dense
        return PartFeatures(
            beside([_with_empty_row(sparse).rows(rows) for rows in said]) if sparse is not None else None,
            np.concatenate([_with_zero_row(dense)[rows] for rows in said], axis=1) if dense is not None else None,
        )

    def closeness(self, text: str, featurize: Featurize) -> float:
        """How much a text is like anything that users say in the stories, 0 to 1."""
        return self.heard.closeness(self.of([text], featurize))

    @property
    def column_names(self) -> list[Hashable]:
        """The sparse columns by names that stay true when stories are added."""
        words = self.words.names
        return [
            (origin, words[column]) if origin == ORIGIN else (origin, column)
            for origin, column in column_names(self.reader)
        ]

    def describe(self) -> dict[str, list[str]]:
        """The featurizers whose features it reads and the words that it knows, as a JSON object."""
        return {"origins": list(self.reader.scales), "words": self.words.names}

    def arrays(self) -> Arrays:
        """What was learned, by names for a file."""
        return self.reader.arrays() | self.heard.arrays()

    @classmethod
    def from_arrays(cls, description: Mapping[str, Sequence[str]], arrays: Arrays) -> TextFeatures:
        """Restores what :meth:`describe` and :meth:`arrays` gave."""
        reader = PartReader.from_arrays("sentence", description["origins"], arrays)
        return cls(StoryWords.of_names(description["words"]), reader, HeardTexts.from_arrays(arrays))

    def _nothing(self) -> PartFeatures:
        reader = self.reader
        empty: Ints = np.zeros(0, dtype=np.int64)
        return PartFeatures(
            SparseRows(np.zeros(1, np.int64), empty, np.zeros(0, np.float32), reader.sparse_width)
            if reader.sparse_width
            else None,
            np.zeros((0, reader.dense_width), np.float32) if reader.dense_width else None,
        )


def has_texts(states: Sequence[DialogueState]) -> bool:
    """Whether anything in the states is known by its words only."""
    return bool(_texts(states))


def _texts(states: Sequence[DialogueState]) -> list[str]:
    said = (text for state in states for text in (state.text, state.action_text) if text)
    return list(dict.fromkeys(said))


def _with_empty_row(rows: SparseRows) -> SparseRows:
    return SparseRows(np.append(rows.indptr, rows.indptr[-1]), rows.indices, rows.data, rows.width)


def _with_zero_row(rows: Floats) -> Floats:
    return np.concatenate([rows, np.zeros((1, rows.shape[1]), np.float32)])

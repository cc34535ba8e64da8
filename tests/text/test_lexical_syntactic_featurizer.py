from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from framework.bot.nlu_data import NLUData
from framework.nlu.batch import MessageBatch
from framework.nlu.component import TrainingData
from framework.nlu.tokens import Tokens
from tests.assembling import examples, make, train


def observations(text: str, trained_on: list[str], **config: Any) -> list[set[tuple[int, str, str]]]:
    featurizer: Any = make("LexicalSyntacticFeaturizer", **config)
    tokenizer = make("WhitespaceTokenizer")
    train(featurizer, NLUData(examples=examples(say=trained_on)), [tokenizer])
    batch = MessageBatch.of([text])
    tokenizer.process(batch)
    featurizer.process(batch)
    return _observed(featurizer, batch)


def _observed(featurizer: Any, batch: MessageBatch) -> list[set[tuple[int, str, str]]]:
    names = list(featurizer._columns)
    rows: Any = batch.blocks[-1].sequence
    return [{names[column] for column in row.nonzero()[0]} for row in rows.to_dense()]


def test_a_token_is_described_with_its_neighbours() -> None:
    first, second = observations("Hello world", ["Hello world"], features=[["low"], ["title", "BOS", "EOS"], ["low"]])
    assert first == {(1, "title", "True"), (1, "BOS", "True"), (1, "EOS", "False"), (2, "low", "True")}
    assert second == {(0, "low", "False"), (1, "title", "False"), (1, "BOS", "False"), (1, "EOS", "True")}


def test_values_not_seen_in_training_are_left_out() -> None:
    assert observations("undo", ["untie"], features=[["prefix2", "suffix3"]]) == [{(0, "prefix2", "un")}]


def test_upper_case_and_digits_are_told() -> None:
    trained_on = ["USA 42"]
    assert observations("UK 7", trained_on, features=[["upper", "digit"]]) == [
        {(0, "upper", "True"), (0, "digit", "False")},
        {(0, "upper", "False"), (0, "digit", "True")},
    ]


def test_there_are_no_features_of_the_whole_message() -> None:
    featurizer = make("LexicalSyntacticFeaturizer")
    batch = MessageBatch.of(["hi"])
    make("WhitespaceTokenizer").process(batch)
    featurizer.process(batch)
    assert batch.blocks[0].sentence is None


def test_parts_of_speech_come_from_the_tokenizer() -> None:
    batch = MessageBatch.of(["she runs"])
    batch.tokens = Tokens(["she", "runs"], [0, 4], [3, 8], np.array([0, 2]), tags=["PRON", "VERB"])
    featurizer = make("LexicalSyntacticFeaturizer", features=[["pos", "pos2"]])
    featurizer.train(TrainingData(NLUData(), batch))
    featurizer.process(batch)
    assert _observed(featurizer, batch) == [
        {(0, "pos", "PRON"), (0, "pos2", "PR")},
        {(0, "pos", "VERB"), (0, "pos2", "VE")},
    ]


def test_a_window_without_a_middle_is_refused() -> None:
    with pytest.raises(ValidationError, match="odd number of lists"):
        make("LexicalSyntacticFeaturizer", features=[["low"], ["low"]])

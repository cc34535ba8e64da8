"""Featurizers and the linear classifier go on from an earlier training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from framework.bot.nlu_data import LookupTable, NLUData, RegexPattern
from framework.nlu.batch import MessageBatch
from framework.nlu.component import EarlierTraining, TrainingData
from tests.assembling import SHOP, SPARSE_FEATURES, Step, assemble, assemble_upon, examples, make, reload, train

MORE = NLUData(
    examples=(
        *SHOP.examples,
        *examples(greet=["howdy partner"], gift=["wrap it as a present", "gift wrapping please", "in gift paper"]),
    ),
    regexes=(RegexPattern(name="mail", pattern=r"\S+@\S+"), *SHOP.regexes),
    lookups=(*SHOP.lookups, LookupTable(name="paper", elements=("red", "gold"))),
)
CLASSIFIER = ("LogisticRegressionClassifier", {"random_state": 1})


@pytest.mark.parametrize("name", ["RegexFeaturizer", "LexicalSyntacticFeaturizer", "CountVectorsFeaturizer"])
def test_old_columns_stay_where_they_were(name: str, tmp_path: Path) -> None:
    steps: list[Step] = [("WhitespaceTokenizer", {}), (name, {})]
    before = assemble(steps, SHOP)
    after = assemble_upon(before, steps, MORE, tmp_path)
    texts = ["track my order 12345 in New York", "HELLO there"]

    old, new = before.process(texts).blocks[0], after.process(texts).blocks[0]

    for part in ("sequence", "sentence"):
        rows: Any = getattr(old, part)
        grown: Any = getattr(new, part)
        if rows is not None:
            assert np.array_equal(grown.to_dense()[:, : rows.width], rows.to_dense())


def test_a_limited_vocabulary_does_not_grow_beyond_its_limit(tmp_path: Path) -> None:
    steps = [("WhitespaceTokenizer", {}), ("CountVectorsFeaturizer", {"max_features": 5})]
    after = assemble_upon(assemble(steps, SHOP), steps, MORE, tmp_path)
    assert after.process(["hello"]).blocks[0].sentence.shape[1] == 5  # type: ignore[union-attr]


def test_the_place_of_a_removed_pattern_matches_nothing(tmp_path: Path) -> None:
    featurizer: Any = make("RegexFeaturizer")
    train(featurizer, MORE)
    featurizer.save(tmp_path)
    fewer: Any = make("RegexFeaturizer")
    nlu = NLUData(regexes=(RegexPattern(name="mail", pattern="@"),), lookups=MORE.lookups)

    fewer.finetune(TrainingData(nlu, MessageBatch.of([])), EarlierTraining(tmp_path))

    names = ["mail", "order_number", "city", "paper"]
    assert [pattern.name for pattern in fewer._patterns] == names
    batch = assemble([("WhitespaceTokenizer", {})], nlu).process(["a@b 12345 Rome"])
    fewer.process(batch)
    assert batch.blocks[0].sentence.to_dense().tolist() == [[1, 0, 1, 0]]  # type: ignore[union-attr]


def test_the_linear_classifier_learns_new_intents_and_keeps_the_old(tmp_path: Path) -> None:
    steps = [*SPARSE_FEATURES, CLASSIFIER]
    after = assemble_upon(assemble(steps, SHOP), steps, MORE, tmp_path / "saved")
    anew = assemble(steps, MORE)
    texts = [example.text for example in MORE.examples]

    intents = [parsed["intent"]["name"] for parsed in after.parse(texts)]

    assert intents == [example.intent for example in MORE.examples]
    assert intents == [parsed["intent"]["name"] for parsed in anew.parse(texts)]
    again = reload(after.components[-1], tmp_path)
    batch = after.process(texts)
    again.process(batch)
    assert [found.name for found in batch.intents] == intents


def test_two_intents_may_become_three_and_two_again(tmp_path: Path) -> None:
    steps = [("WhitespaceTokenizer", {}), ("CountVectorsFeaturizer", {}), CLASSIFIER]
    two = NLUData(examples=examples(greet=["hello you", "hi"], bye=["good bye", "see you"]))
    three = NLUData(examples=(*two.examples, *examples(pay=["the bill", "pay now"])))
    grown = assemble_upon(assemble(steps, two), steps, three, tmp_path / "grown")
    shrunk = assemble_upon(grown, steps, two, tmp_path / "shrunk")

    assert grown.parse(["pay the bill"])[0]["intent"]["name"] == "pay"
    assert {entry["name"] for entry in shrunk.parse(["pay the bill"])[0]["intent_ranking"]} == {"greet", "bye"}
    assert shrunk.parse(["good bye"])[0]["intent"]["name"] == "bye"

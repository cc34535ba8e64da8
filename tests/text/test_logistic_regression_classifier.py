from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from framework.bot.nlu_data import Example, NLUData
from framework.nlu.batch import MessageBatch
from framework.nlu.component import TrainingData
from framework.nlu.features import FeatureBlock, SparseRows
from framework.nlu.pipeline import Pipeline
from tests.assembling import SHOP, SPARSE_FEATURES, assemble, examples, make, reload
from tests.conftest import SHARED


def shop(**config: object) -> Pipeline:
    return assemble([*SPARSE_FEATURES, ("LogisticRegressionClassifier", config)], SHOP)


@pytest.mark.parametrize("solver", ["lbfgs", "newton-cg", "saga", "liblinear"])
def test_training_examples_are_recognised(solver: str) -> None:
    parsed = shop(solver=solver, max_iter=1000).parse([example.text for example in SHOP.examples])
    assert [one["intent"]["name"] for one in parsed] == [example.intent for example in SHOP.examples]


def test_unseen_messages_are_understood_by_their_words() -> None:
    parsed = shop().parse(["good morning you", "where is my parcel", "send it to Rome"])
    assert [one["intent"]["name"] for one in parsed] == ["greet", "order_status", "change_address"]


def test_the_ranking_is_a_distribution_in_falling_order() -> None:
    (parsed,) = shop().parse(["hello"])
    confidences = [score["confidence"] for score in parsed["intent_ranking"]]
    assert parsed["intent_ranking"][0] == parsed["intent"]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1.0)


@pytest.mark.parametrize(("length", "expected"), [(2, 2), (0, 4), (10, 4)])
def test_the_ranking_has_the_wanted_length(length: int, expected: int) -> None:
    (parsed,) = shop(ranking_length=length).parse(["hello"])
    assert len(parsed["intent_ranking"]) == expected


def test_two_intents_are_told_apart() -> None:
    nlu = NLUData(examples=examples(yes=["yes", "sure", "of course"], no=["no", "never", "not at all"]))
    pipeline = assemble([*SPARSE_FEATURES, ("LogisticRegressionClassifier", {})], nlu)
    assert [one["intent"]["name"] for one in pipeline.parse(["sure", "never"])] == ["yes", "no"]


def test_a_single_intent_is_always_the_answer() -> None:
    pipeline = assemble(
        [*SPARSE_FEATURES, ("LogisticRegressionClassifier", {})], NLUData(examples=examples(only=["a", "b"]))
    )
    assert pipeline.parse(["anything"])[0]["intent"] == {"name": "only", "confidence": 1.0}


def test_examples_without_an_intent_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    nlu = NLUData(examples=(Example(text="free text"),))
    with caplog.at_level(logging.WARNING):
        pipeline = assemble([*SPARSE_FEATURES, ("LogisticRegressionClassifier", {})], nlu)
    assert "no example has an intent" in caplog.text
    assert pipeline.parse(["free text"])[0]["intent"] == {"name": None, "confidence": 0.0}


@pytest.mark.parametrize("sparse", [[], ["sparse"]], ids=["dense alone", "dense and sparse"])
def test_dense_features_are_used_too(sparse: list[str], tmp_path: Path) -> None:
    nlu = NLUData(examples=examples(up=["a", "b"], down=["c", "d"]))
    dense = np.array([[1, 0.1], [0.9, 0], [-1, 0.2], [-0.8, 0]], np.float32)
    batch = MessageBatch.of(["a", "b", "c", "d"])
    batch.blocks.append(FeatureBlock("vectors", None, dense))
    batch.blocks.append(FeatureBlock("sparse", None, SparseRows.of_ones([[0]] * 4, 3)))
    classifier = make("LogisticRegressionClassifier", featurizers=["vectors", *sparse])
    classifier.train(TrainingData(nlu, batch))
    reload(classifier, tmp_path).process(batch)
    assert [result.name for result in batch.intents] == ["up", "up", "down", "down"]


def test_serving_needs_neither_scikit_learn_nor_scipy(tmp_path: Path) -> None:
    classifier = shop().components[-1]
    classifier.save(tmp_path)
    code = f"""
import sys
from pathlib import Path
from tests.assembling import SPARSE_FEATURES, make
from framework.nlu.pipeline import Pipeline
classifier = make("LogisticRegressionClassifier")
classifier = type(classifier).load(classifier.config, Path({str(tmp_path)!r}), classifier.context)
Pipeline([make(name, **config) for name, config in SPARSE_FEATURES]).process(["hello there"])
print([name for name in ("torch", "sklearn", "scipy", "transformers") if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


NEWS = SHARED / "data" / "banking77"


@pytest.mark.skipif(not NEWS.is_dir(), reason="needs the shared data sets")
@pytest.mark.parametrize(("calibrate", "gap"), [(True, (-0.06, 0.06)), (False, (0.1, 1.0))], ids=["calibrated", "raw"])
def test_confidences_mean_how_often_it_is_right(calibrate: bool, gap: tuple[float, float]) -> None:
    learned, asked = (_read(NEWS / f"{part}.jsonl")[::5] for part in ("train", "test"))
    steps = [*SPARSE_FEATURES, ("LogisticRegressionClassifier", {"calibrate": calibrate})]
    parsed = assemble(steps, NLUData(examples=learned)).parse([example.text for example in asked])
    right = np.mean([one["intent"]["name"] == example.intent for one, example in zip(parsed, asked, strict=True)])
    sure = np.mean([one["intent"]["confidence"] for one in parsed])
    assert gap[0] < right - sure < gap[1]


def _read(path: Path) -> tuple[Example, ...]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return tuple(Example(text=row["text"], intent=row["intent"]) for row in rows)

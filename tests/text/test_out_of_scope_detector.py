from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from framework.bot.nlu_data import Example, NLUData
from framework.nlu.batch import IntentResult, MessageBatch
from framework.nlu.component import TrainingData
from framework.nlu.features import FeatureBlock
from framework.nlu.parse import ParseData
from framework.nlu.pipeline import Pipeline
from tests.assembling import SPARSE_FEATURES, Step, assemble, examples, make, reload
from tests.conftest import SHARED

BANKING = SHARED / "data" / "banking77_oos"
CLASSIFIER: Step = ("LogisticRegressionClassifier", {})
FEW_INTENTS = frozenset(
    [
        "activate_my_card",
        "card_arrival",
        "change_pin",
        "country_support",
        "request_refund",
        "exchange_charge",
        "cancel_transfer",
        "lost_or_stolen_phone",
        "visa_or_mastercard",
        "edit_personal_details",
        "transfer_timing",
        "automatic_top_up",
        "why_verify_identity",
        "cash_withdrawal_charge",
        "card_about_to_expire",
    ]
)
needs_banking = pytest.mark.skipif(not BANKING.is_dir(), reason="needs the shared data sets")


def read(name: str, most: int) -> list[Example]:
    """So many examples of each intent of a file, at most."""
    taken: Counter[str] = Counter()
    found = []
    for line in (BANKING / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["intent"] not in FEW_INTENTS and not name.startswith("ood"):
            continue
        taken[row["intent"]] += 1
        if taken[row["intent"]] <= most:
            found.append(Example(text=row["text"], intent=row["intent"]))
    return found


@pytest.fixture(scope="module")
def bank() -> Pipeline:
    steps = [*SPARSE_FEATURES, CLASSIFIER, ("OutOfScopeDetector", {})]
    return assemble(steps, NLUData(examples=tuple(read("train", 30))))


def refused(parsed: list[ParseData]) -> float:
    return float(np.mean([one["intent"]["name"] == "nlu_fallback" for one in parsed]))


@needs_banking
def test_messages_that_belong_to_no_intent_are_refused(bank: Pipeline) -> None:
    strange = bank.parse([example.text for example in islice(read("ood_oos_test", 1000), 300)])
    assert refused(strange) > 0.6


@needs_banking
def test_few_messages_that_would_be_understood_are_refused(bank: Pipeline) -> None:
    known = read("test", 30)
    parsed = bank.parse([example.text for example in known])
    best = [one["intent_ranking"][one["intent"]["name"] == "nlu_fallback"]["name"] for one in parsed]
    right = np.array([name == example.intent for name, example in zip(best, known, strict=True)])
    kept = np.array([one["intent"]["name"] != "nlu_fallback" for one in parsed])
    assert (right & ~kept).mean() < 0.04


@needs_banking
def test_more_false_alarms_refuse_more() -> None:
    nlu = NLUData(examples=tuple(read("train", 20)))
    features = assemble([*SPARSE_FEATURES, CLASSIFIER], nlu).components
    batch = Pipeline(features[:-1]).process([example.text for example in nlu.examples])
    shares = []
    for allowed in (0.0, 0.02, 0.2):
        detector = make("OutOfScopeDetector", max_false_alarms=allowed)
        detector.train(TrainingData(nlu, batch))
        shares.append(refused(Pipeline([*features, detector]).parse([one.text for one in read("test", 10)])))
    assert shares == sorted(shares)
    assert shares[0] < shares[2]


SHOP = NLUData(
    examples=examples(
        greet=["hello", "hi there", "good morning", "hey", "hello again", "good evening", "hi"],
        order_status=["where is my order", "has my order been sent", "track my order", "order status", "where is it"],
        returns=["i want to return this", "send it back", "can i return my order", "return this", "take it back"],
    )
)
STRANGE = "qwertz uiop zxcvb"


@pytest.fixture(scope="module")
def shop() -> Pipeline:
    return assemble([*SPARSE_FEATURES, CLASSIFIER, ("OutOfScopeDetector", {})], SHOP)


def test_a_refused_message_keeps_its_ranking_and_says_why(shop: Pipeline) -> None:
    (parsed,) = shop.parse([STRANGE])
    before = Pipeline(shop.components[:-1]).parse([STRANGE])[0]
    assert parsed["intent"]["name"] == "nlu_fallback"
    assert parsed["intent_ranking"] == [parsed["intent"], *before["intent_ranking"]]
    assert parsed["fallback"]["reason"] == "out_of_scope"
    assert parsed["fallback"]["score"] < parsed["fallback"]["threshold"]


def test_a_message_in_scope_stays_as_it_is(shop: Pipeline) -> None:
    (parsed,) = shop.parse(["where is my order"])
    assert parsed == Pipeline(shop.components[:-1]).parse(["where is my order"])[0]


def test_the_fallback_intent_can_be_another() -> None:
    detector = ("OutOfScopeDetector", {"fallback_intent": "off_topic"})
    (parsed,) = assemble([*SPARSE_FEATURES, CLASSIFIER, detector], SHOP).parse([STRANGE])
    assert parsed["intent"]["name"] == "off_topic"


@pytest.mark.parametrize("order", [1, -1], ids=["detector first", "classifier first"])
def test_a_message_falls_back_once(order: int) -> None:
    both: list[Step] = [("OutOfScopeDetector", {}), ("FallbackClassifier", {"threshold": 1.0})]
    (parsed,) = assemble([*SPARSE_FEATURES, CLASSIFIER, *both[::order]], SHOP).parse([STRANGE])
    assert [score["name"] for score in parsed["intent_ranking"]].count("nlu_fallback") == 1
    assert parsed["fallback"]["reason"] == ("out_of_scope" if order == 1 else "threshold")


def test_examples_out_of_scope_teach_it_what_they_look_like() -> None:
    jokes = examples(
        out_of_scope=[
            "tell me a joke",
            "another joke please",
            "do you know jokes",
            "a joke about my order",
            "joke time",
        ]
    )
    taught = assemble(
        [*SPARSE_FEATURES, CLASSIFIER, ("OutOfScopeDetector", {})], NLUData(examples=(*SHOP.examples, *jokes))
    )
    alike, usual = taught.process(["a joke about orders", "track my order"]), taught.components[-1]
    scores = usual.scores(alike)
    untaught = assemble([*SPARSE_FEATURES, CLASSIFIER, ("OutOfScopeDetector", {})], SHOP)
    before = untaught.components[-1].scores(untaught.process(["a joke about orders", "track my order"]))
    assert scores[1] - scores[0] > before[1] - before[0]


def test_an_intent_for_what_is_out_of_scope_is_left_to_the_classifier(shop: Pipeline) -> None:
    batch = Pipeline(shop.components[:-1]).process([STRANGE])
    batch.intents[0] = IntentResult("out_of_scope", 0.5)
    shop.components[-1].process(batch)
    assert batch.intents[0].name == "out_of_scope"
    assert batch.extras == [{}]


def test_dense_features_tell_too(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    centres = np.eye(3, 16, dtype=np.float32)
    vectors = np.concatenate([centre + 0.1 * rng.standard_normal((12, 16)) for centre in centres]).astype(np.float32)
    nlu = NLUData(examples=examples(**{name: [name] * 12 for name in "abc"}))
    batch = MessageBatch.of([example.text for example in nlu.examples])
    batch.blocks.append(FeatureBlock("vectors", None, vectors))
    detector = make("OutOfScopeDetector")
    detector.train(TrainingData(nlu, batch))
    asked = MessageBatch.of(["like a", "like none"])
    asked.blocks.append(FeatureBlock("vectors", None, np.eye(16, dtype=np.float32)[[0, 7]]))
    reload(detector, tmp_path).process(asked)
    assert [intent.name for intent in asked.intents] == [None, "nlu_fallback"]


@pytest.mark.parametrize(
    ("texts", "said"),
    [({"only": ["a b", "c d"]}, "two intents are needed"), ({"one": ["a"], "other": ["b"]}, "no intent has two")],
    ids=["one intent", "one example each"],
)
def test_without_enough_to_learn_from_nothing_is_refused(
    texts: dict[str, list[str]], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        pipeline = assemble(
            [*SPARSE_FEATURES, CLASSIFIER, ("OutOfScopeDetector", {})], NLUData(examples=examples(**texts))
        )
    assert said in caplog.text
    assert "fallback" not in pipeline.parse([STRANGE])[0]


def test_serving_needs_neither_scikit_learn_nor_scipy(shop: Pipeline, tmp_path: Path) -> None:
    shop.components[-1].save(tmp_path)
    code = f"""
import sys
from pathlib import Path
from tests.assembling import SPARSE_FEATURES, make
from framework.nlu.pipeline import Pipeline
detector = make("OutOfScopeDetector")
detector = type(detector).load(detector.config, Path({str(tmp_path)!r}), detector.context)
Pipeline([make(name, **config) for name, config in SPARSE_FEATURES]).process(["hello there"])
print([name for name in ("torch", "sklearn", "scipy", "transformers") if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"

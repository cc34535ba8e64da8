from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from framework.bot.nlu_data import NLUData
from framework.errors import EnvironmentProblem
from framework.nlu.batch import MessageBatch
from framework.nlu.component import LoadContext
from framework.nlu.features import FeatureBlock
from framework.nlu.tokens import Tokens
from framework_transformers.language_model_featurizer import LanguageModelFeaturizer
from tests.assembling import make, reload, train
from tests.transformers.tiny import tiny_bert, tiny_model

TEXTS = ["where is my order", "hello", "Send it, please: orders to New York!", "", "🙂", "good bye"]


def featurizer(model: Path, **config) -> LanguageModelFeaturizer:
    component = make("LanguageModelFeaturizer", model_weights=str(model), **config)
    train(component, NLUData())
    return component


def words(text: str) -> list[tuple[str, int, int]]:
    tokens, end = [], 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        tokens.append((word, start, end))
    return tokens or [(text, 0, len(text))]


def features(component: LanguageModelFeaturizer, texts: Sequence[str], tokenize=words) -> tuple[FeatureBlock, Tokens]:
    batch = MessageBatch.of(texts)
    batch.tokens = Tokens.from_spans([tokenize(text) for text in texts])
    component.process(batch)
    (block,) = batch.blocks
    return block, batch.tokens


def last_layer(model: Path, text: str) -> tuple[np.ndarray, list[tuple[int, int]], list[int]]:
    """What the transformers library computes for one text: vectors, offsets and ids of its pieces."""
    layers, offsets, ids = all_layers(model, text)
    return layers[-1], offsets, ids


def all_layers(model: Path, text: str) -> tuple[list[np.ndarray], list[tuple[int, int]], list[int]]:
    import torch
    from transformers import AutoModel, AutoTokenizer

    encoded = AutoTokenizer.from_pretrained(model)(text, return_tensors="pt", return_offsets_mapping=True)
    with torch.inference_mode():
        network = AutoModel.from_pretrained(model).eval()
        layers = network(input_ids=encoded["input_ids"], output_hidden_states=True).hidden_states
    offsets, ids = encoded["offset_mapping"][0].tolist(), encoded["input_ids"][0].tolist()
    return [layer[0].numpy() for layer in layers], offsets, ids


def alike(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.min((one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)))


def test_a_message_has_the_mean_of_all_its_pieces(bert: Path) -> None:
    block, _ = features(featurizer(bert), TEXTS)
    for text, row in zip(TEXTS, block.sentence, strict=True):
        np.testing.assert_allclose(row, last_layer(bert, text)[0].mean(axis=0), atol=1e-4)


def test_a_message_has_the_vector_of_cls_if_told_so(bert: Path) -> None:
    block, _ = features(featurizer(bert, pooling="cls"), TEXTS)
    for text, row in zip(TEXTS, block.sentence, strict=True):
        np.testing.assert_allclose(row, last_layer(bert, text)[0][0], atol=1e-4)


@pytest.mark.parametrize("text", [text for text in TEXTS if text])
def test_a_token_has_the_mean_of_its_own_pieces(bert: Path, text: str) -> None:
    block, tokens = features(featurizer(bert), [text])
    vectors, offsets, _ = last_layer(bert, text)
    for row, start, end in zip(block.sequence, tokens.starts, tokens.ends, strict=True):
        pieces = [place for place, (first, last) in enumerate(offsets) if first < end and last > start]
        np.testing.assert_allclose(row, vectors[pieces].mean(axis=0), atol=1e-4)


@pytest.mark.parametrize("family", ["bert", "distilbert", "roberta", "gpt2", "xlnet"])
def test_a_token_has_the_vectors_of_all_layers_asked_for_side_by_side(family: str, bert: Path, tmp_path: Path) -> None:
    model = bert if family == "bert" else tiny_model(tmp_path / family, family)
    text = "my order"
    block, tokens = features(featurizer(model, token_layers=[0, 1, -1]), [text])
    layers, offsets, _ = all_layers(model, text)
    np.testing.assert_allclose(block.sentence[0], layers[-1].mean(axis=0), atol=1e-4)
    for row, start, end in zip(block.sequence, tokens.starts, tokens.ends, strict=True):
        pieces = [place for place, (first, last) in enumerate(offsets) if first < end and last > start]
        expected = np.concatenate([layers[layer][pieces].mean(axis=0) for layer in (0, 1, -1)])
        np.testing.assert_allclose(row, expected, atol=1e-4)


def test_layers_that_a_model_lacks_are_refused(bert: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"2 layers, and 'token_layers' names 3, -4") as caught:
        featurizer(bert, token_layers=[-3, 2, 3, -4])
    assert (
        caught.value.problems[0].fix == "name layers from 0 to 2, or -1 for the last, -2 for the one before, and so on"
    )


@pytest.mark.parametrize("family", ["distilbert", "roberta", "gpt2", "xlnet"])
def test_other_architectures_compute_what_the_transformers_library_does(family: str, tmp_path: Path) -> None:
    model = tiny_model(tmp_path / family, family)
    texts = ["my order", "order it, ok?", "Grüße 你好"]
    block, tokens = features(featurizer(model), texts)
    for number, text in enumerate(texts):
        vectors, offsets, ids = last_layer(model, text)
        np.testing.assert_allclose(block.sentence[number], vectors.mean(axis=0), atol=1e-4)
        first, last = tokens.span_of(number)
        for token in range(first, last):
            start, end = tokens.starts[token], tokens.ends[token]
            pieces = [place for place, (a, b) in enumerate(offsets) if a < end and b > start and ids[place] > 2]
            np.testing.assert_allclose(block.sequence[token], vectors[pieces].mean(axis=0), atol=1e-4)


def test_chinese_characters_are_pieces(bert: Path) -> None:
    text = "我要订机票"
    block, _ = features(featurizer(bert), [text], lambda _: [("我", 0, 1), ("要", 1, 2), ("订", 2, 3), ("机票", 3, 5)])
    vectors, _, _ = last_layer(bert, text)
    np.testing.assert_allclose(block.sequence[:3], vectors[1:4], atol=1e-4)
    np.testing.assert_allclose(block.sequence[3], vectors[4:6].mean(axis=0), atol=1e-4)


def test_nothing_of_a_long_text_is_cut_off(bert: Path) -> None:
    long = " ".join(f"order {number} is my order {number}" for number in range(100))
    block, tokens = features(featurizer(bert), [long, "hello"])
    assert len(block.sequence) == len(tokens) == 601
    assert (np.abs(block.sequence).max(axis=1) > 0).all()


def test_windows_can_be_made_shorter(bert: Path) -> None:
    text = "where is my order please"
    whole, short = featurizer(bert), featurizer(bert, max_length=8)
    np.testing.assert_allclose(
        features(short, ["where is my"])[0].sequence, features(whole, ["where is my"])[0].sequence, atol=1e-5
    )
    assert np.abs(features(short, [text + text])[0].sequence - features(whole, [text + text])[0].sequence).max() > 1e-3


def test_eight_bits_give_nearly_the_same_in_less_space(tmp_path: Path) -> None:
    model = tiny_bert(tmp_path / "bert", vocabulary=5000)
    exact, small = featurizer(model), featurizer(model, quantize="int8")
    (tmp_path / "exact").mkdir()
    (tmp_path / "small").mkdir()
    exact.save(tmp_path / "exact")
    small.save(tmp_path / "small")
    sizes = [(tmp_path / name / "encoder.onnx").stat().st_size for name in ("exact", "small")]
    assert sizes[1] < sizes[0] / 2.5
    one, other = features(exact, TEXTS)[0], features(small, TEXTS)[0]
    assert alike(one.sentence, other.sentence) > 0.999


@pytest.mark.parametrize("quantize", ["none", "int8"])
def test_what_a_message_gives_does_not_depend_on_those_beside_it(bert: Path, quantize: str) -> None:
    component = featurizer(bert, quantize=quantize, batch_size=4)
    together, tokens = features(component, TEXTS)
    for number, text in enumerate(TEXTS):
        alone, _ = features(component, [text])
        np.testing.assert_allclose(alone.sentence[0], together.sentence[number], atol=1e-5)
        np.testing.assert_allclose(alone.sequence, together.sequence[slice(*tokens.span_of(number))], atol=1e-5)


def test_halves_of_characters_are_no_reason_to_fail(bert: Path) -> None:
    block, _ = features(featurizer(bert), ["hello \ud83d there"])
    assert np.isfinite(block.sequence).all()


def test_a_relative_path_starts_at_the_bots_folder(bert: Path) -> None:
    config = LanguageModelFeaturizer.Config(model_weights=bert.name)
    component = LanguageModelFeaturizer(config, LoadContext(name="lm", bot_folder=bert.parent))
    train(component, NLUData())
    assert features(component, ["hello"])[0].sentence.shape == (1, 32)


SERVE = """
import sys
from pathlib import Path
from framework.nlu.batch import MessageBatch
from framework.nlu.component import LoadContext
from framework.nlu.tokens import Tokens
from framework_transformers.language_model_featurizer import LanguageModelFeaturizer as Featurizer

component = Featurizer.load(Featurizer.Config(), Path(sys.argv[1]), LoadContext(name="lm"))
batch = MessageBatch.of(["hello"])
batch.tokens = Tokens.from_spans([[("hello", 0, 5)]])
component.process(batch)
print(batch.blocks[0].sentence.shape)
print(sorted({"torch", "transformers", "onnx", "huggingface_hub"} & set(sys.modules)))
"""


def test_serving_imports_neither_torch_nor_transformers(bert: Path, tmp_path: Path) -> None:
    featurizer(bert).save(tmp_path)
    done = subprocess.run([sys.executable, "-c", SERVE, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["(1, 32)", "[]"]


@pytest.mark.parametrize("token_layers", [[-1], [0, -1]])
def test_it_comes_back_from_disk_the_same(bert: Path, tmp_path: Path, token_layers: list[int]) -> None:
    component = featurizer(bert, token_layers=token_layers)
    one, other = features(component, TEXTS)[0], features(reload(component, tmp_path), TEXTS)[0]
    np.testing.assert_array_equal(one.sequence, other.sequence)


NOT_FOUND = """
from framework.errors import EnvironmentProblem
from framework.bot.nlu_data import NLUData
from tests.assembling import make, train
try:
    train(make("LanguageModelFeaturizer", model_weights="nobody/no-such-model", cache_dir="downloads"), NLUData())
except EnvironmentProblem as error:
    print(error.problems[0].code, error.problems[0])
"""


def test_a_model_that_is_nowhere_is_an_error_that_says_where_it_looked(tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", NOT_FOUND], capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
    )
    assert done.stdout.startswith("language-model-not-found")
    for part in ("'nobody/no-such-model'", "downloads", "HF_HUB_OFFLINE is set", "model_weights", "config.json"):
        assert part in done.stdout


def test_a_folder_that_has_no_model_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EnvironmentProblem, match=r"empty.*cannot be loaded") as caught:
        featurizer(tmp_path / "empty")
    assert caught.value.problems[0].code == "language-model-unusable"


def test_cls_is_refused_where_the_model_has_none(tmp_path: Path) -> None:
    model = tiny_model(tmp_path / "gpt2", "gpt2")
    with pytest.raises(EnvironmentProblem, match="no piece 'cls'"):
        featurizer(model, pooling="cls")

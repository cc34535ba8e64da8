from __future__ import annotations

import logging
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.feature_extraction.text import CountVectorizer

from framework.bot.domain import ResponseVariation
from framework.bot.nlu_data import NLUData
from framework.nlu.batch import MessageBatch
from framework.nlu.component import TrainingData
from framework.nlu.features import SparseRows
from framework.nlu.tokens import Tokens
from tests.assembling import examples, make, reload, train

TEXTS = ["hello there general kenobi", "hello hello you", "the café is open at 10 and 22", "a bb ccc dddd"]


def trained(texts: list[str], **config: Any) -> Any:
    featurizer = make("CountVectorsFeaturizer", **config)
    train(featurizer, NLUData(examples=examples(say=texts)), [make("WhitespaceTokenizer")])
    return featurizer


def counts(featurizer: Any, text: str) -> Counter[str]:
    """The n-grams counted in a message."""
    return _named(featurizer, _block(featurizer, text).sentence)[0]


def counts_of_tokens(featurizer: Any, text: str) -> list[Counter[str]]:
    return _named(featurizer, _block(featurizer, text).sequence)


def _block(featurizer: Any, text: str) -> Any:
    batch = MessageBatch.of([text])
    make("WhitespaceTokenizer").process(batch)
    featurizer.process(batch)
    return batch.blocks[0]


def _named(featurizer: Any, rows: SparseRows) -> list[Counter[str]]:
    names = list(featurizer._columns)
    return [Counter({names[column]: int(row[column]) for column in row.nonzero()[0]}) for row in rows.to_dense()]


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("ngrams", [(1, 1), (1, 4), (2, 3), (6, 9)])
def test_counts_equal_those_of_scikit_learn(analyzer: str, ngrams: tuple[int, int]) -> None:
    texts = [text.replace("10", "ten").replace("22", "two") for text in TEXTS]
    words = {"token_pattern": r"(?u)\b\w+\b"} if analyzer == "word" else {}
    reference = CountVectorizer(analyzer=analyzer, ngram_range=ngrams, **words)
    expected = reference.fit_transform(texts).toarray()
    featurizer = trained(texts, analyzer=analyzer, min_ngram=ngrams[0], max_ngram=ngrams[1])
    assert list(featurizer._columns) == reference.get_feature_names_out().tolist()
    rows = [_block(featurizer, text).sentence.to_dense()[0] for text in texts]
    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize(
    "limits", [{"min_df": 2}, {"max_df": 1}, {"min_df": 0.5}, {"max_df": 0.25}, {"max_features": 2}], ids=str
)
def test_rare_and_frequent_words_are_dropped_as_by_scikit_learn(limits: dict[str, Any]) -> None:
    texts = ["red red red green", "red green blue", "red white", "red black"]
    reference = CountVectorizer(token_pattern=r"(?u)\b\w+\b", **limits).fit(texts)
    assert list(trained(texts, **limits)._columns) == reference.get_feature_names_out().tolist()


def test_a_token_has_the_ngrams_of_its_own_characters() -> None:
    featurizer = trained(["ab c"], analyzer="char_wb", min_ngram=2, max_ngram=2)
    assert counts_of_tokens(featurizer, "ab c") == [Counter([" a", "ab", "b "]), Counter([" c", "c "])]


def test_word_pairs_cross_tokens_in_the_message_only() -> None:
    featurizer = trained(["good morning world"], max_ngram=2)
    assert counts(featurizer, "good morning") == Counter(["good", "morning", "good morning"])
    assert counts_of_tokens(featurizer, "good morning") == [Counter(["good"]), Counter(["morning"])]


def test_all_numbers_are_one_word() -> None:
    assert counts(trained(["room 5"]), "room 77 99") == Counter({"room": 1, "__NUMBER__": 2})


def test_unknown_words_are_dropped() -> None:
    assert counts(trained(["hello you"]), "hello stranger") == Counter(["hello"])


def test_unknown_words_count_as_the_oov_token() -> None:
    featurizer = trained(["hello oov", "hello you"], OOV_token="oov")
    assert counts(featurizer, "Hello dear stranger") == Counter({"hello": 1, "oov": 2})


def test_words_can_be_declared_unknown() -> None:
    featurizer = trained(["hello Blorp", "hello you"], OOV_token="oov", OOV_words=["blorp"])
    assert counts(featurizer, "hello blorp wibble") == Counter({"hello": 1, "oov": 2})


def test_an_oov_token_without_example_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        featurizer = trained(["hello you"], OOV_token="oov")
    assert "no training example has OOV_token 'oov'" in caplog.text
    assert counts(featurizer, "hello stranger") == Counter(["hello"])


@pytest.mark.parametrize(("how", "expected"), [("ascii", "cafe"), ("unicode", "cafe"), (None, "café")])
def test_accents_are_removed_on_request(how: str | None, expected: str) -> None:
    assert list(trained(["café"], strip_accents=how)._columns) == [expected]


def test_case_can_matter() -> None:
    assert list(trained(["Rome rome"], lowercase=False)._columns) == ["Rome", "rome"]


@pytest.mark.parametrize("stop_words", ["english", ["the", "is", "at", "and"]])
def test_stop_words_are_not_counted(stop_words: Any, tmp_path: Path) -> None:
    featurizer = trained(["the bank is open", "at the river"], stop_words=stop_words, max_ngram=2)
    assert counts(reload(featurizer, tmp_path), "the river and the bank") == Counter(["bank", "river"])
    assert "bank open" in featurizer._columns


def test_lemmas_are_counted_instead_of_words() -> None:
    tokens = Tokens(["went", "mice"], [0, 5], [4, 9], np.array([0, 2]), lemmas=["go", "mouse"])
    data = TrainingData(NLUData(), MessageBatch.of(["went mice"]))
    data.batch.tokens = tokens
    for use_lemma, expected in ((True, ["go", "mouse"]), (False, ["mice", "went"])):
        featurizer: Any = make("CountVectorsFeaturizer", use_lemma=use_lemma)
        featurizer.train(data)
        assert list(featurizer._columns) == expected


def test_a_shared_vocabulary_knows_the_words_of_responses() -> None:
    nlu = NLUData(
        examples=examples(faq=["how long"]), responses={"utter_faq/time": (ResponseVariation(text="Two days."),)}
    )
    featurizer: Any = make("CountVectorsFeaturizer", use_shared_vocab=True)
    train(featurizer, nlu, [make("WhitespaceTokenizer")])
    assert list(featurizer._columns) == ["days", "how", "long", "two"]
    assert featurizer.inputs(featurizer.config) == {"examples", "responses"}


def test_long_words_do_not_pile_up_in_memory() -> None:
    featurizer = trained(["abc"], analyzer="char_wb", max_ngram=3)
    words = [f"{number}" + "abc" * 3_000 for number in range(100)]
    counts(featurizer, words[0])
    tracemalloc.start()
    for word in words:
        _block(featurizer, word)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 3_000_000


def test_a_reversed_ngram_range_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"min_ngram \(3\) is greater than max_ngram \(2\)"):
        make("CountVectorsFeaturizer", min_ngram=3, max_ngram=2)


@pytest.mark.parametrize("pattern", ["(a)(b)", "("])
def test_a_pattern_that_cannot_work_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match="token_pattern"):
        make("CountVectorsFeaturizer", token_pattern=pattern)

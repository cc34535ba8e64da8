from __future__ import annotations

import json

import pytest

from framework.nlu.pipeline import Pipeline
from tests.assembling import SHOP, SPARSE_FEATURES, assemble
from tests.conftest import SHARED


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return assemble(
        [
            *SPARSE_FEATURES,
            ("CountVectorsFeaturizer", {"analyzer": "char", "max_ngram": 3}),
            ("KeywordIntentClassifier", {"case_sensitive": False}),
            ("LogisticRegressionClassifier", {}),
            ("RegexEntityExtractor", {}),
            ("EntitySynonymMapper", {}),
            ("FallbackClassifier", {}),
        ],
        SHOP,
    )


@pytest.fixture(scope="module")
def strings() -> list[str]:
    path = SHARED / "rasa-test-data" / "test_tokenizers" / "naughty_strings.json"
    if not path.is_file():
        pytest.skip("needs the shared data beside the project")
    found: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_every_naughty_string_is_understood_or_falls_back(pipeline: Pipeline, strings: list[str]) -> None:
    for text, parsed in zip(strings, pipeline.parse(strings), strict=True):
        assert parsed["text"] == text
        assert isinstance(parsed["intent"]["name"], str)
        assert 0.0 <= parsed["intent"]["confidence"] <= 1.0
        json.dumps(parsed, allow_nan=False)


def test_their_tokens_lie_within_them_from_left_to_right(pipeline: Pipeline, strings: list[str]) -> None:
    for text, parsed in zip(strings, pipeline.parse(strings), strict=True):
        at = 0
        for start, end in parsed["text_tokens"]:
            assert at <= start <= end <= len(text)
            at = end


def test_they_do_not_touch_each_other_in_a_batch(pipeline: Pipeline, strings: list[str]) -> None:
    assert pipeline.parse(strings) == [pipeline.parse([text])[0] for text in strings]

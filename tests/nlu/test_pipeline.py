from __future__ import annotations

import pytest

from framework.nlu.batch import EntityResult, IntentResult, MessageBatch
from framework.nlu.component import Component, LoadContext
from framework.nlu.parse import to_parse_data
from framework.nlu.pipeline import Pipeline
from tests.assembling import SHOP, SPARSE_FEATURES, assemble

FULL = [
    *SPARSE_FEATURES,
    ("LogisticRegressionClassifier", {}),
    ("RegexEntityExtractor", {}),
    ("EntitySynonymMapper", {}),
    ("FallbackClassifier", {"threshold": 0.3}),
]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return assemble(FULL, SHOP)


def test_the_parse_output_has_the_keys_of_the_reference_in_their_order(pipeline: Pipeline) -> None:
    (parsed,) = pipeline.parse(["where is order 12345 for NYC"])
    assert list(parsed) == ["text", "intent", "entities", "text_tokens", "intent_ranking"]
    assert parsed["intent"]["name"] == "order_status"
    assert parsed["text_tokens"] == [[0, 5], [6, 8], [9, 14], [15, 20], [21, 24], [25, 28]]
    assert parsed["entities"] == [
        {"entity": "order_number", "start": 15, "end": 20, "value": "12345", "extractor": "RegexEntityExtractor"},
        {
            "entity": "city",
            "start": 25,
            "end": 28,
            "value": "New York",
            "extractor": "RegexEntityExtractor",
            "processors": ["EntitySynonymMapper"],
        },
    ]


def test_an_empty_text_is_one_empty_token(pipeline: Pipeline) -> None:
    assert pipeline.parse([""])[0]["text_tokens"] == [[0, 0]]


def test_a_batch_gives_what_its_messages_give_alone(pipeline: Pipeline) -> None:
    texts = ["hello", "", "track 99812", "🙂", "send it to rome please", "hello"]
    assert pipeline.parse(texts) == [pipeline.parse([text])[0] for text in texts]


def test_a_pipeline_without_components_parses_nothing() -> None:
    assert Pipeline([]).parse(["hi"]) == [{"text": "hi", "intent": {"name": None, "confidence": 0.0}, "entities": []}]


def test_no_messages_are_no_results(pipeline: Pipeline) -> None:
    assert pipeline.parse([]) == []


def test_featurize_stops_before_the_classifiers(pipeline: Pipeline) -> None:
    batch = pipeline.featurize(["send it to Rome"])
    assert [block.origin for block in batch.blocks] == [name for name, _ in SPARSE_FEATURES[1:]]
    assert batch.entities == [[]]
    assert batch.intents[0].name is None


def test_keywords_and_fallback_need_no_tokenizer() -> None:
    pipeline = assemble([("KeywordIntentClassifier", {}), ("FallbackClassifier", {})], SHOP)
    assert [parsed["intent"] for parsed in pipeline.parse(["hello", "what"])] == [
        {"name": "greet", "confidence": 1.0},
        {"name": "nlu_fallback", "confidence": 0.3},
    ]


def test_all_that_is_known_of_an_entity_is_in_the_output() -> None:
    batch = MessageBatch.of(["from Rome"])
    batch.entities[0].append(
        EntityResult(
            "city",
            5,
            9,
            "Rome",
            "DIETClassifier",
            confidence=0.9,
            role="from",
            role_confidence=0.8,
            group="1",
            group_confidence=0.7,
            extra={"additional_info": {"grain": "city"}},
        )
    )
    assert to_parse_data(batch)[0]["entities"] == [
        {
            "entity": "city",
            "start": 5,
            "end": 9,
            "confidence_entity": 0.9,
            "role": "from",
            "confidence_role": 0.8,
            "group": "1",
            "confidence_group": 0.7,
            "value": "Rome",
            "extractor": "DIETClassifier",
            "additional_info": {"grain": "city"},
        }
    ]


def test_what_selectors_and_other_components_add_is_in_the_output() -> None:
    batch = MessageBatch.of(["a", "b"])
    batch.selections[0] = {"all_retrieval_intents": ["faq"]}
    batch.extras[1] = {"sentiment": "good"}
    batch.intents[1] = IntentResult("greet", 0.5)
    assert to_parse_data(batch) == [
        {
            "text": "a",
            "intent": {"name": None, "confidence": 0.0},
            "entities": [],
            "response_selector": {"all_retrieval_intents": ["faq"]},
        },
        {"text": "b", "intent": {"name": "greet", "confidence": 0.5}, "entities": [], "sentiment": "good"},
    ]


def test_an_error_in_a_component_says_in_which() -> None:
    class Broken(Component):  # type: ignore[type-arg]
        def process(self, batch: MessageBatch) -> None:
            raise ZeroDivisionError

    pipeline = Pipeline([Broken(Broken.Config(), LoadContext(name="Broken-2"))])
    with pytest.raises(ZeroDivisionError) as caught:
        pipeline.process(["x"])
    assert caught.value.__notes__ == ["in the pipeline component 'Broken-2'"]

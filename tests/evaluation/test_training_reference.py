from __future__ import annotations

import numpy as np
import pytest

from framework.bot.nlu_data import Example, NLUData
from framework.evaluation.feature_space import FeatureSpace
from framework.evaluation.parsing import extractors_of, parse_examples
from framework.evaluation.training_reference import TrainingReference, make_reference
from framework.nlu.batch import MessageBatch
from framework.nlu.features import FeatureBlock
from framework.nlu.pipeline import Pipeline
from tests.assembling import SHOP, SPARSE_FEATURES, assemble


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return assemble([*SPARSE_FEATURES, ("LogisticRegressionClassifier", {}), ("RegexEntityExtractor", {})], SHOP)


def test_a_misunderstood_message_comes_with_the_nearest_training_examples(pipeline: Pipeline) -> None:
    message = Example(text="where is my parcel", intent="greet")
    [parsed] = parse_examples(pipeline, [message], TrainingReference(pipeline, SHOP.examples))
    assert [item.example.text for item in parsed.closest[:1]] == ["where is my order"]
    similarities = [item.similarity for item in parsed.closest]
    assert similarities == sorted(similarities, reverse=True)
    assert 0 < similarities[-1] <= similarities[0] < 1
    assert parsed.linear_intent == "order_status"


def test_a_message_that_is_understood_needs_no_neighbours(pipeline: Pipeline) -> None:
    message = Example(text="hello there", intent="greet")
    [parsed] = parse_examples(pipeline, [message], TrainingReference(pipeline, SHOP.examples))
    assert parsed.parsed["intent"]["name"] == "greet"
    assert parsed.closest == ()


def test_an_example_is_not_its_own_neighbour_but_its_double_of_another_intent_is(pipeline: Pipeline) -> None:
    hello = SHOP.examples[0]
    double = Example(text=hello.text, intent="goodbye")
    reference = TrainingReference(pipeline, [*SHOP.examples, double])
    [closest] = reference.find_closest(pipeline.featurize([hello.text]), [hello])
    assert closest[0].example == double
    assert closest[0].similarity == 1.0


def test_without_training_examples_there_is_nothing_to_compare_with(pipeline: Pipeline) -> None:
    assert make_reference(pipeline, ()) is None
    [parsed] = parse_examples(pipeline, [Example(text="hello", intent="goodbye")], None)
    assert (parsed.linear_intent, parsed.closest) == (None, ())


def test_of_one_intent_there_is_nothing_to_learn() -> None:
    greetings = NLUData(examples=tuple(Example(text=text, intent="greet") for text in ("hi", "hello")))
    pipeline = assemble(SPARSE_FEATURES, greetings)
    assert (
        TrainingReference(pipeline, greetings.examples).guess_intents(pipeline.featurize(["x", "y"])) == ["greet"] * 2
    )


def test_a_pipeline_without_features_knows_no_distances() -> None:
    pipeline = assemble([("KeywordIntentClassifier", {})], SHOP)
    [parsed] = parse_examples(
        pipeline, [Example(text="nothing", intent="greet")], make_reference(pipeline, SHOP.examples)
    )
    assert parsed.closest == ()


def test_many_messages_are_parsed_in_pieces_and_stay_in_order(pipeline: Pipeline) -> None:
    examples = [Example(text=f"where is order {number}", intent="order_status") for number in range(600)]
    parsed = parse_examples(pipeline, examples, None)
    assert [message.parsed["text"] for message in parsed] == [example.text for example in examples]


def test_extractors_are_those_that_are_trained(pipeline: Pipeline) -> None:
    assert [(item.name, item.learns_from_examples) for item in extractors_of(pipeline)] == [
        ("RegexEntityExtractor", False)
    ]


def test_each_featurizer_weighs_the_same_and_one_that_sees_nothing_takes_nothing_away() -> None:
    batch = MessageBatch.of(["a", "b"])
    batch.blocks = [
        FeatureBlock("x", None, np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)),
        FeatureBlock("y", None, np.array([[0.0, 2.0], [5.0, 0.0]], np.float32)),
    ]
    rows = FeatureSpace.fit(batch).rows(batch).toarray()
    assert rows[0] == pytest.approx(np.array([0.6, 0.8, 0.0, 1.0]) / np.sqrt(2))
    assert rows[1] == pytest.approx([0.0, 0.0, 1.0, 0.0])

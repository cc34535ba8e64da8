"""Choosing the answer to a question, trained for real on a small shop."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from framework.bot.domain import ResponseVariation
from framework.bot.nlu_data import Example, NLUData
from framework.nlu.batch import IntentResult, IntentScore, MessageBatch
from framework.nlu.component import LoadContext, TrainingData
from framework.nlu.parse import to_parse_data
from framework.nlu.pipeline import Pipeline
from framework_selectors.response_selector import ResponseSelector
from tests.assembling import ANSWERING_SHOP, SHOP, SPARSE_FEATURES, Step, assemble

NOTHING = {
    "response": {"responses": None, "confidence": 0.0, "intent_response_key": None, "utter_action": "utter_None"},
    "ranking": [],
}


def select(nlu: NLUData = ANSWERING_SHOP, before: list[Step] = SPARSE_FEATURES, **config: Any) -> Pipeline:
    """A pipeline with a trained selector at its end."""
    pipeline = assemble(before, nlu)
    selector = ResponseSelector(
        ResponseSelector.Config(random_seed=1, **config), LoadContext("ResponseSelector", responses=nlu.responses)
    )
    batch = pipeline.process([example.text for example in nlu.examples])
    selector.train(TrainingData(nlu, batch, featurize=pipeline.featurize))
    return Pipeline([*pipeline.components, selector])


@pytest.fixture(scope="module")
def shop() -> Pipeline:
    return select()


def selector_of(pipeline: Pipeline) -> ResponseSelector:
    selector = pipeline.components[-1]
    assert isinstance(selector, ResponseSelector)
    return selector


def selection(pipeline: Pipeline, text: str) -> dict[str, Any]:
    return pipeline.parse([text])[0]["response_selector"]


def with_intent(pipeline: Pipeline, text: str, intent: str, confidence: float = 0.9) -> MessageBatch:
    """What the selector says of a message whose intent is settled."""
    batch = Pipeline(pipeline.components[:-1]).process([text])
    batch.intents[0] = IntentResult(intent, confidence, [IntentScore(intent, confidence)])
    pipeline.components[-1].process(batch)
    return batch


def test_the_answer_is_in_the_output_as_rasa_writes_it(shop: Pipeline) -> None:
    chosen = selection(shop, "can I send this shirt back?")
    assert list(chosen) == ["all_retrieval_intents", "default"]
    assert chosen["all_retrieval_intents"] == ["chitchat", "faq"]
    response, ranking = chosen["default"]["response"], chosen["default"]["ranking"]
    assert response == {
        "responses": [{"text": "Within thirty days, unworn."}],
        "confidence": ranking[0]["confidence"],
        "intent_response_key": "faq/returns",
        "utter_action": "utter_faq/returns",
    }
    assert [set(item) for item in ranking] == [{"confidence", "intent_response_key"}] * 5
    confidences = [item["confidence"] for item in ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-5)
    assert confidences[0] > 0.5


def test_a_retrieval_intent_is_given_with_its_response_key(shop: Pipeline) -> None:
    (parsed,) = to_parse_data(with_intent(shop, "do you take cash?", "faq"))
    assert parsed["intent"] == {"name": "faq", "confidence": 0.9, "full_retrieval_intent_name": "faq/payment"}
    (parsed,) = to_parse_data(with_intent(shop, "do you take cash?", "greet"))
    assert parsed["intent"] == {"name": "greet", "confidence": 0.9}


def test_the_answer_is_one_of_the_messages_intent(shop: Pipeline) -> None:
    free = selection(shop, "what is your name")["default"]
    assert free["response"]["intent_response_key"] == "chitchat/name"
    bound = with_intent(shop, "what is your name", "faq").selections[0]["default"]
    assert bound["response"]["intent_response_key"].startswith("faq/")
    assert {item["intent_response_key"].partition("/")[0] for item in bound["ranking"]} == {"faq"}
    assert bound["response"]["confidence"] < 0.3


def test_a_selector_of_one_intent_knows_its_answers_only() -> None:
    chosen = selection(select(retrieval_intent="chitchat"), "can I send it back")
    assert list(chosen) == ["all_retrieval_intents", "chitchat"]
    assert chosen["all_retrieval_intents"] == ["chitchat", "faq"]
    assert {item["intent_response_key"] for item in chosen["chitchat"]["ranking"]} == {
        "chitchat/name",
        "chitchat/weather",
    }


def test_several_selectors_stand_side_by_side(shop: Pipeline) -> None:
    others = [select(retrieval_intent=intent).components[-1] for intent in ("faq", "chitchat")]
    chosen = selection(Pipeline([*shop.components, *others]), "how is the weather")
    assert list(chosen) == ["all_retrieval_intents", "default", "faq", "chitchat"]
    assert chosen["chitchat"]["response"]["utter_action"] == "utter_chitchat/weather"


def test_a_weak_match_falls_back_below_the_threshold() -> None:
    strict = select(threshold=0.4)
    batch = with_intent(strict, "tell me about quantum physics", "faq")
    weak, reason = batch.intents[0], batch.extras[0]["fallback"]
    assert (reason["reason"], reason["threshold"]) == ("weak_answer", 0.4)
    assert reason["score"] == batch.selections[0]["default"]["response"]["confidence"]
    assert (weak.name, weak.confidence) == ("nlu_fallback", 0.4)
    assert [score.name for score in weak.ranking] == ["nlu_fallback", "faq"]
    assert with_intent(strict, "what is your return policy", "faq").intents[0].name == "faq"
    assert with_intent(strict, "tell me about quantum physics", "greet").intents[0].name == "greet"


def test_without_a_threshold_the_best_answer_is_taken(shop: Pipeline) -> None:
    assert with_intent(shop, "tell me about quantum physics", "faq").intents[0].name == "faq"


def test_the_threshold_of_a_selector_is_for_its_own_intent() -> None:
    strict = select(threshold=1.0, retrieval_intent="faq")
    assert with_intent(strict, "how is the weather", "chitchat").intents[0].name == "chitchat"
    assert with_intent(strict, "how is the weather", "faq").intents[0].name == "nlu_fallback"


def test_a_fallback_of_the_selector_is_not_fallen_back_from_again() -> None:
    fallback = assemble([("FallbackClassifier", {"threshold": 0.3, "ambiguity_threshold": 0.1})], SHOP)
    batch = with_intent(select(threshold=0.5), "tell me about quantum physics", "faq")
    fallback.components[0].process(batch)
    assert [score.name for score in batch.intents[0].ranking] == ["nlu_fallback", "faq"]


def test_a_bot_without_retrieval_intents_trains_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pipeline = select(SHOP)
    assert selection(pipeline, "hello") == {"all_retrieval_intents": [], "default": NOTHING}
    selector_of(pipeline).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["answers.json"]
    assert caplog.text == ""


def test_a_retrieval_intent_without_examples_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    pipeline = select(retrieval_intent="faqs")
    assert selection(pipeline, "hello")["faqs"] == NOTHING
    assert "'faqs'" in caplog.text
    assert "chitchat, faq" in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_single_answer_needs_no_learning(tmp_path: Path) -> None:
    nlu = NLUData(examples=(Example(text="hi", intent="greet"), Example(text="why", intent="faq/why")))
    pipeline = select(nlu)
    selector_of(pipeline).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["answers.json"]
    assert selection(pipeline, "but why")["default"]["response"] == {
        "responses": [],
        "confidence": 1.0,
        "intent_response_key": "faq/why",
        "utter_action": "utter_faq/why",
    }


def test_a_blank_message_has_no_answer(shop: Pipeline) -> None:
    assert selection(shop, "  ")["default"] == NOTHING


@pytest.mark.parametrize("runtime", ["onnx", "torch"])
def test_a_loaded_selector_gives_what_the_trained_one_gave(shop: Pipeline, tmp_path: Path, runtime: str) -> None:
    selector = selector_of(shop)
    selector.save(tmp_path)
    loaded = ResponseSelector.load(ResponseSelector.Config(runtime=runtime), tmp_path, selector.context)
    for text in ("do you take cash?", "opening hours", "", "xyz"):
        before, after = selection(shop, text), selection(Pipeline([*shop.components[:-1], loaded]), text)
        assert before["default"]["response"] == {
            **after["default"]["response"],
            "confidence": pytest.approx(after["default"]["response"]["confidence"], abs=1e-5),
        }


def test_an_edited_response_is_said_without_training_again(shop: Pipeline, tmp_path: Path) -> None:
    selector_of(shop).save(tmp_path)
    edited = {"utter_faq/returns": (ResponseVariation(text="No returns.", channel="sms"),)}
    loaded = ResponseSelector.load(
        ResponseSelector.Config(), tmp_path, LoadContext("ResponseSelector", responses=edited)
    )
    chosen = selection(Pipeline([*shop.components[:-1], loaded]), "can I send it back")["default"]
    assert chosen["response"]["responses"] == [{"text": "No returns.", "channel": "sms"}]


def test_training_depends_on_responses_only_if_their_texts_are_learned() -> None:
    assert ResponseSelector.inputs(ResponseSelector.Config()) == {"examples"}
    assert ResponseSelector.inputs(ResponseSelector.Config(use_text_as_label=True)) == {"examples", "responses"}


def test_texts_of_answers_are_learned_if_wanted(shop: Pipeline) -> None:
    question = "thirty days unworn"
    by_key = selection(shop, question)["default"]["response"]
    by_text = selection(select(use_text_as_label=True), question)["default"]["response"]
    assert by_text["intent_response_key"] == "faq/returns"
    assert by_text["confidence"] > by_key["confidence"] + 0.2


def test_questions_with_the_same_answer_are_one_to_a_selector_of_texts() -> None:
    same = {**ANSWERING_SHOP.responses, "utter_chitchat/name": ANSWERING_SHOP.responses["utter_faq/payment"]}
    pipeline = select(msgspec.structs.replace(ANSWERING_SHOP, responses=same), use_text_as_label=True)
    assert len(selection(pipeline, "do you take cash")["default"]["ranking"]) == 4
    for intent, key in (("faq", "faq/payment"), ("chitchat", "chitchat/name")):
        chosen = with_intent(pipeline, "do you take cash", intent).selections[0]["default"]
        assert chosen["response"]["intent_response_key"] == key


def test_the_ranking_can_be_cut_and_normalised() -> None:
    chosen = selection(select(ranking_length=2, renormalize_confidences=True), "who are you")["default"]
    assert sum(item["confidence"] for item in chosen["ranking"]) == pytest.approx(1)
    assert len(chosen["ranking"]) == 2


def test_every_optional_part_can_be_switched_on() -> None:
    pipeline = select(
        hidden_layers_sizes={"text": [64, 32]},
        dense_dimension={"text": 48},
        batch_size=[4, 8],
        batch_strategy="sequence",
        evaluate_on_number_of_examples=4,
        evaluate_every_number_of_epochs=5,
        checkpoint_model=True,
        use_sparse_input_dropout=False,
        featurizers=["CountVectorsFeaturizer"],
    )
    assert selection(pipeline, "who are you")["default"]["response"]["intent_response_key"] == "chitchat/name"


def test_two_trainings_with_one_seed_are_equal() -> None:
    assert selection(select(epochs=5), "pay by card") == selection(select(epochs=5), "pay by card")


def test_rasas_configuration_is_accepted_and_unknown_keys_are_not() -> None:
    ResponseSelector.Config(
        constrain_similarities=True,
        model_confidence="linear_norm",
        hidden_layers_sizes={"text": [256, 128], "label": [256, 128]},
        number_of_transformer_layers=0,
        scale_loss=True,
        connection_density=1.0,
        maximum_negative_similarity=-0.4,
        batch_size=[64, 256],
    )
    with pytest.raises(ValueError, match="treshold"):
        ResponseSelector.Config(treshold=0.3)
    with pytest.raises(ValueError, match="less than or equal to 1"):
        ResponseSelector.Config(threshold=1.5)


def test_serving_imports_neither_torch_nor_onnx_nor_scipy(shop: Pipeline, tmp_path: Path) -> None:
    selector_of(shop).save(tmp_path)
    code = f"""
import sys
from pathlib import Path
from framework.api import LoadContext, MessageBatch, FeatureBlock, SparseRows
from framework_selectors.response_selector import ResponseSelector
selector = ResponseSelector.load(ResponseSelector.Config(), Path({str(tmp_path)!r}), LoadContext("ResponseSelector"))
batch = MessageBatch.of(["hello"])
for origin, scale in selector._predictor.reader.scales.items():
    batch.blocks.append(FeatureBlock(origin, None, SparseRows.of_ones([[0]], len(scale.weights))))
selector.process(batch)
assert batch.selections[0]["default"]["ranking"]
print([name for name in ("torch", "onnx", "scipy", "sklearn", "rich") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr

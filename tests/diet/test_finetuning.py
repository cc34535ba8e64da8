"""DIET goes on from an earlier training, on real questions to a bank and on a small shop with entities."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path

import pytest

from framework.bot.nlu_data import Example, NLUData
from framework.nlu.component import EarlierTraining, LoadContext, TrainingData
from framework.nlu.pipeline import Pipeline
from framework_diet.classifier import DIETClassifier
from tests.assembling import SHOP, Step, annotated, assemble, assemble_upon, examples
from tests.diet.travel import Bot, LetterCounts, travel_examples

FEATURES: list[Step] = [
    ("WhitespaceTokenizer", {}),
    ("CountVectorsFeaturizer", {}),
    ("CountVectorsFeaturizer", {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}),
]
STEPS = [*FEATURES, ("DIETClassifier", {"epochs": 100, "random_seed": 1})]
OLD_INTENTS, NEW_INTENTS, EXAMPLES = 12, 2, 12


def bank(shared: Path, file: str) -> dict[str, list[str]]:
    """The messages of a file of Banking77, by intent."""
    texts: dict[str, list[str]] = {}
    for line in (shared / "data" / "banking77" / file).read_text().splitlines():
        message = json.loads(line)
        texts.setdefault(message["intent"], []).append(message["text"])
    return dict(sorted(texts.items())[: OLD_INTENTS + NEW_INTENTS])


def data(texts: dict[str, list[str]], intents: int, count: int | None) -> NLUData:
    return NLUData(examples=examples(**{intent: texts[intent][:count] for intent in list(texts)[:intents]}))


def accuracy(pipeline: Pipeline, asked: Iterable[Example]) -> float:
    tests = list(asked)
    parsed = pipeline.parse([example.text for example in tests])
    right: int = sum(result["intent"]["name"] == example.intent for result, example in zip(parsed, tests, strict=True))
    return right / len(tests)


def epochs_of(caplog: pytest.LogCaptureFixture) -> list[int]:
    return [int(record.args[1]) for record in caplog.records if "trained for" in record.msg]  # type: ignore[index, arg-type]


def test_new_examples_and_intents_are_learned_sooner_and_no_worse(
    shared: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts, tests = bank(shared, "train.jsonl"), bank(shared, "test.jsonl")
    old, new = OLD_INTENTS, OLD_INTENTS + NEW_INTENTS
    before = assemble(STEPS, data(texts, old, EXAMPLES))
    grown = data(texts, new, EXAMPLES + 2)
    with caplog.at_level(logging.INFO, "framework_diet"):
        anew, finetuned = assemble(STEPS, grown), assemble_upon(before, STEPS, grown, tmp_path)

    epochs_anew, epochs_finetuned = epochs_of(caplog)
    assert epochs_finetuned < epochs_anew
    familiar, everything = data(tests, old, None).examples, data(tests, new, None).examples
    assert accuracy(finetuned, familiar) >= accuracy(anew, familiar) - 0.01
    assert accuracy(finetuned, everything) >= accuracy(anew, everything) - 0.02


def test_entities_are_kept_and_new_ones_learned(tmp_path: Path) -> None:
    names = [annotated(f"my name is {name}", "introduce", (name, "person")) for name in ("Ada", "Bo", "Cyd", "Dee")]
    grown = NLUData(examples=(*SHOP.examples, *names))
    finetuned = assemble_upon(assemble(STEPS, SHOP), STEPS, grown, tmp_path)

    def entities(text: str) -> list[tuple[str, str]]:
        return [(found["entity"], found["value"]) for found in finetuned.parse([text])[0]["entities"]]

    assert entities("send it to Berlin") == [("city", "Berlin")]
    assert entities("deliver to New York instead") == [("city", "New York")]
    assert entities("my name is Ada") == [("person", "Ada")]


def test_with_dense_features_a_glance_at_new_examples_keeps_the_entities(tmp_path: Path) -> None:
    letters = LetterCounts(LetterCounts.Config(), LoadContext("LetterCounts"))
    bot = Bot(travel_examples(), letters, epochs=100, random_seed=1)
    bot.classifier.save(tmp_path)
    batch = bot.parse(*(example.text for example in travel_examples()))
    grown = TrainingData(NLUData(examples=tuple(travel_examples())), batch)
    finetuned = DIETClassifier(bot.classifier.config, LoadContext("DIETClassifier"))
    finetuned.finetune(grown, EarlierTraining(tmp_path, epoch_fraction=0.02))
    found = bot.parse("fly from Oslo to Rome", by=finetuned).entities[0]
    assert [(entity.value, entity.role) for entity in found] == [("Oslo", "departure"), ("Rome", "destination")]


def test_a_share_of_the_epochs_is_trained(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = assemble(STEPS, SHOP)
    *features, classifier = before.components
    classifier.save(tmp_path)
    earlier = EarlierTraining(tmp_path, epoch_fraction=0.02)
    texts = [example.text for example in SHOP.examples]
    with caplog.at_level(logging.INFO, "framework_diet"):
        data = TrainingData(SHOP, Pipeline(features).process(texts))
        type(classifier)(classifier.config, classifier.context).finetune(data, earlier)
    assert epochs_of(caplog) == [2]


def test_two_finetunings_are_equal(tmp_path: Path) -> None:
    before = assemble(STEPS, SHOP)
    grown = NLUData(examples=(*SHOP.examples, *examples(gift=["wrap it please", "as a present"])))
    one = assemble_upon(before, STEPS, grown, tmp_path / "one").parse(["a present for Rome"])
    assert assemble_upon(before, STEPS, grown, tmp_path / "other").parse(["a present for Rome"]) == one


def test_a_classifier_of_one_intent_begins_anew_with_the_second(tmp_path: Path) -> None:
    one = NLUData(examples=examples(greet=["hello", "hi there"]))
    two = NLUData(examples=(*one.examples, *examples(bye=["good bye", "see you later"])))
    finetuned = assemble_upon(assemble(STEPS, one), STEPS, two, tmp_path)
    assert finetuned.parse(["see you later"])[0]["intent"]["name"] == "bye"

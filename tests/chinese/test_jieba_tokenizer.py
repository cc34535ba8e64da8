from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from framework.bot.nlu_data import NLUData
from framework.errors import BotError, EnvironmentProblem
from framework.nlu.batch import MessageBatch
from framework.nlu.component import LoadContext
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS, create_registry
from framework_chinese.jieba_tokenizer import JiebaConfig, JiebaTokenizer
from tests.assembling import assemble, examples, reload, train
from tests.training.tea_house import train as train_tea_house
from tests.training.tea_house import write_tea_house

SHOP = NLUData(
    examples=examples(
        问候=["你好", "您好", "早上好", "大家好", "嗨"],
        订单=["我的订单在哪里", "我的包裹到哪了", "快递什么时候到", "查一下订单", "订单还没有发货吗"],
        退货=["我想退货", "可以退款吗", "怎么退掉这件衣服", "我要退掉昨天买的鞋", "退货需要多久"],
        价格=["这个多少钱", "价格是多少", "有没有优惠", "可以便宜一点吗", "打折吗"],
    )
)


def trained(bot_folder: Path = Path(), **config) -> JiebaTokenizer:
    tokenizer = JiebaTokenizer(JiebaConfig(**config), LoadContext("jieba", "zh", bot_folder))
    train(tokenizer, SHOP)
    return tokenizer


def words(text: str, tokenizer: JiebaTokenizer | None = None) -> list[str]:
    return [word for word, _, _ in (tokenizer or trained()).tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我来到北京清华大学", ["我", "来到", "北京", "清华大学"]),
        ("他来到了网易杭研大厦", ["他", "来到", "了", "网易", "杭研", "大厦"]),
        ("我想买 iPhone13，多少钱？", ["我", "想", "买", "iPhone13", "，", "多少", "钱", "？"]),
        ("明天下午3点😀", ["明天", "下午", "3", "点", "😀"]),
        ("where is my order", ["where", "is", "my", "order"]),
    ],
)
def test_a_message_is_split_into_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_message_without_words_is_one_token(text: str) -> None:
    assert trained().tokenize(text) == [(text, 0, len(text))]


def test_tokens_cover_real_texts_with_their_places(shared: Path) -> None:
    lines = (shared / "data" / "xquad" / "zh_queries.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["query"] for line in lines][:300]
    batch = Pipeline([trained()]).process(texts)
    for message, text in enumerate(texts):
        first, last = batch.tokens.span_of(message)
        spans = list(zip(batch.tokens.starts[first:last], batch.tokens.ends[first:last], strict=True))
        assert [text[start:end] for start, end in spans] == batch.tokens.texts[first:last]
        assert "".join(batch.tokens.texts[first:last]) == "".join(text.split())
    assert len(batch.tokens) < 0.7 * sum(map(len, texts))


def test_a_token_pattern_is_applied_to_the_words() -> None:
    batch = MessageBatch.of(["买iPhone13"])
    trained(token_pattern="[A-Za-z]+|[0-9]+").process(batch)
    assert batch.tokens.texts == ["买", "iPhone", "13"]


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    (tmp_path / "dictionaries").mkdir()
    (tmp_path / "dictionaries" / "cars.txt").write_text("\ufeff小米汽车\n理想L9 20000 nz\n\n", encoding="utf-8")
    (tmp_path / "dictionaries" / "phones.txt").write_text("华为Mate 60 5\n", encoding="utf-8")
    return tmp_path


def test_words_of_a_folder_of_dictionaries_stay_whole(bot: Path) -> None:
    text = "小米汽车和理想L9还有华为Mate 60"
    assert "小米汽车" not in words(text)
    assert words(text, trained(bot, dictionary_path="dictionaries"))[:3] == ["小米汽车", "和", "理想L9"]


def test_a_single_dictionary_can_be_named(bot: Path) -> None:
    path = str(bot / "dictionaries" / "cars.txt")
    assert words("小米汽车", trained(dictionary_path=path)) == ["小米汽车"]


def test_the_words_of_one_bot_are_not_those_of_another(bot: Path) -> None:
    trained(bot, dictionary_path="dictionaries")
    assert words("小米汽车") == ["小米", "汽车"]


def test_the_model_needs_no_dictionary_to_serve(bot: Path, tmp_path: Path) -> None:
    tokenizer = trained(bot, dictionary_path="dictionaries")
    (bot / "dictionaries" / "cars.txt").unlink()
    (tmp_path / "model").mkdir()
    assert words("理想L9", reload(tokenizer, tmp_path / "model")) == ["理想L9"]


def test_training_depends_on_the_dictionaries(bot: Path) -> None:
    files = JiebaTokenizer.files(JiebaConfig(dictionary_path="dictionaries"), bot)
    assert [file.name for file in files] == ["cars.txt", "phones.txt"]
    assert JiebaTokenizer.files(JiebaConfig(), bot) == []


def test_a_missing_dictionary_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    trained(dictionary_path="D:\\dictionary")
    assert "there is no dictionary at 'D:\\\\dictionary'" in caplog.text


def test_a_dictionary_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes("小米汽车".encode("gb18030"))
    with pytest.raises(BotError, match=r"words\.txt:1:1 .*not text in UTF-8.*save it as UTF-8"):
        trained(tmp_path, dictionary_path="words.txt")


def test_intents_are_learned_from_the_words() -> None:
    steps = [("JiebaTokenizer", {}), ("CountVectorsFeaturizer", {}), ("LogisticRegressionClassifier", {})]
    pipeline = assemble(steps, SHOP)
    texts = ["大家早上好", "请查一下我的订单", "这件衣服可以退货吗", "打折以后价格是多少"]
    assert [parsed["intent"]["name"] for parsed in pipeline.parse(texts)] == ["问候", "订单", "退货", "价格"]


def test_jieba_neither_reads_nor_leaves_a_shared_temporary_file(tmp_path: Path) -> None:
    code = "from framework_chinese.dictionaries import make_segmenter; print(make_segmenter([]).lcut('你好'))"
    environment = {"TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr, list(tmp_path.iterdir())) == ("['你好']\n", "", [])


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jieba", None)
    monkeypatch.delitem(sys.modules, "framework_chinese.jieba_tokenizer")
    monkeypatch.delitem(sys.modules, "framework_chinese.dictionaries")
    with pytest.raises(EnvironmentProblem, match=r"needs 'jieba'.*pip install 'framework-dialogue\[chinese\]'"):
        create_registry().load("JiebaTokenizer", PIPELINE_KINDS)


def test_a_changed_dictionary_trains_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tea_house(tmp_path)
    monkeypatch.chdir(tmp_path)
    config = Path("config.yml").read_text(encoding="utf-8").replace("language: en", "language: zh")
    tokenizer = "- name: JiebaTokenizer\n  dictionary_path: words.txt"
    Path("config.yml").write_text(config.replace("- name: WhitespaceTokenizer", tokenizer), encoding="utf-8")
    Path("words.txt").write_text("龙井茶", encoding="utf-8")
    assert "JiebaTokenizer" in train_tea_house().trained
    assert train_tea_house().trained == ()
    Path("words.txt").write_text("龙井茶\n茉莉花茶", encoding="utf-8")
    assert {"JiebaTokenizer", "CountVectorsFeaturizer"} <= set(train_tea_house().trained)

import json
import logging
import subprocess
import sys
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from framework.api import LoadContext, MessageBatch
from framework_diet.classifier import DIETClassifier
from tests.diet.travel import Bot, LetterCounts, example, travel_examples

TEXTS = ["hello friend", "fly from Oslo to New York", "bye", "", "a flight to San Francisco please, quick"]


def entities(batch: MessageBatch) -> list[list[tuple[str, str, str | None]]]:
    return [[(entity.value, entity.entity, entity.role) for entity in found] for found in batch.entities]


def test_intents_entities_and_roles_are_learned(travel_bot: Bot):
    batch = travel_bot.parse("hello friend", "fly from Oslo to New York", "see you")
    assert [intent.name for intent in batch.intents] == ["greet", "book", "goodbye"]
    assert entities(batch) == [[], [("Oslo", "city", "departure"), ("New York", "city", "destination")], []]
    found = batch.entities[1][1]
    assert (found.start, found.end, found.extractor) == (17, 25, "DIETClassifier")
    assert 0.5 < (found.confidence or 0) <= 1
    assert 0.5 < (found.role_confidence or 0) <= 1


def test_the_ranking_is_sorted_and_adds_up_to_one(travel_bot: Bot):
    intent = travel_bot.parse("good morning").intents[0]
    confidences = [score.confidence for score in intent.ranking]
    assert intent.ranking[0].name == intent.name
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-5)


def test_gibberish_is_not_classified_with_confidence(travel_bot: Bot):
    batch = travel_bot.parse("xqzvw jjkqx", "ßßß ØØØ", "%%% 中文")
    assert max(intent.confidence for intent in batch.intents) < 0.7


def test_a_batch_gives_what_single_messages_give(travel_bot: Bot):
    together = travel_bot.parse(*TEXTS)
    for number, text in enumerate(TEXTS):
        alone = travel_bot.parse(text)
        assert alone.intents[0].name == together.intents[number].name
        assert alone.intents[0].confidence == pytest.approx(together.intents[number].confidence, abs=1e-5)
        assert entities(alone)[0] == entities(together)[number]


@pytest.mark.parametrize("messages", [60, 600, 3000])
def test_a_large_batch_gives_what_single_messages_give(travel_bot: Bot, messages: int):
    texts = [f"{TEXTS[number % len(TEXTS)]} {'and then ' * (number % 5)}{number % 11}" for number in range(messages)]
    texts[7] = "  "
    together = travel_bot.parse(*texts)
    for number in range(0, messages, messages // 30):
        alone = travel_bot.parse(texts[number])
        assert alone.intents[0].name == together.intents[number].name
        assert [score.name for score in alone.intents[0].ranking] == [
            score.name for score in together.intents[number].ranking
        ]
        assert alone.intents[0].confidence == pytest.approx(together.intents[number].confidence, abs=1e-5)
        assert entities(alone)[0] == entities(together)[number]


def test_an_empty_text_has_no_intent(travel_bot: Bot):
    batch = travel_bot.parse("", "   ")
    assert [intent.name for intent in batch.intents] == [None, None]
    assert batch.entities == [[], []]


def test_a_very_long_text_is_read_in_full(travel_bot: Bot):
    batch = travel_bot.parse("hello " * 1800 + "fly from Oslo to Rome", "x" * 10_000)
    assert ("Oslo", "city", "departure") in entities(batch)[0]


@pytest.mark.parametrize("runtime", ["onnx", "torch"])
def test_a_loaded_classifier_gives_what_the_trained_one_gave(travel_bot: Bot, tmp_path: Path, runtime: str):
    travel_bot.classifier.save(tmp_path)
    files = {path.suffix for path in tmp_path.iterdir()}
    assert files == {".json", ".onnx", ".safetensors"}
    config = DIETClassifier.Config(runtime=runtime)
    loaded = DIETClassifier.load(config, tmp_path, LoadContext("DIETClassifier"))
    texts = [*TEXTS, *(f"{text} {number}" for number in range(40) for text in TEXTS)]
    before, after = travel_bot.parse(*texts), travel_bot.parse(*texts, by=loaded)
    assert entities(before) == entities(after)
    for a, b in zip(before.intents, after.intents, strict=True):
        assert a.name == b.name
        assert a.confidence == pytest.approx(b.confidence, abs=1e-5)


def test_serving_imports_neither_torch_nor_onnx_nor_scipy(travel_bot: Bot, tmp_path: Path):
    travel_bot.classifier.save(tmp_path)
    code = f"""
import sys
from pathlib import Path
import numpy as np
from framework.api import FeatureBlock, LoadContext, MessageBatch, SparseRows, Tokens
from framework_diet.classifier import DIETClassifier
classifier = DIETClassifier.load(DIETClassifier.Config(), Path({str(tmp_path)!r}), LoadContext("DIETClassifier"))
batch = MessageBatch.of(["hello"])
batch.tokens = Tokens.from_spans([[("hello", 0, 5)]])
readers = classifier._predictor.token_reader, classifier._predictor.sentence_reader
for origin in readers[0].scales:
    rows = [SparseRows.of_ones([[0]], len(r.scales[origin].weights)) if origin in r.scales else None for r in readers]
    batch.blocks.append(FeatureBlock(origin, *rows))
classifier.process(batch)
assert batch.intents[0].name
print([name for name in ("torch", "onnx", "scipy", "sklearn", "rich") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("seed", [None, 7])
def test_two_trainings_with_one_seed_are_equal(seed: int | None):
    examples = travel_examples()[:20]
    first, second = (Bot(examples, epochs=5, random_seed=seed).parse(*TEXTS) for _ in range(2))
    assert [intent.confidence for intent in first.intents] == [intent.confidence for intent in second.intents]


def test_nothing_to_learn_is_a_warning_not_a_failure(caplog: pytest.LogCaptureFixture):
    bot = Bot([example("hello", None), example("bye", None)])
    assert "nothing to train" in caplog.text
    assert bot.parse("hello").intents[0].name is None


def test_a_single_intent_is_always_the_answer(tmp_path: Path):
    bot = Bot([example("hello", "greet"), example("hi", "greet")])
    assert bot.parse("good day", "").intents[0].name == "greet"
    bot.classifier.save(tmp_path)
    loaded = DIETClassifier.load(DIETClassifier.Config(), tmp_path, LoadContext("DIETClassifier"))
    assert bot.parse("good day", by=loaded).intents[0].name == "greet"


def test_intents_without_entities_have_no_entity_head(tmp_path: Path):
    bot = Bot(
        [example("hello", "greet"), example("hi", "greet"), example("bye", "goodbye"), example("ciao", "goodbye")]
    )
    bot.classifier.save(tmp_path)
    description = json.loads((tmp_path / "model.json").read_text())
    assert (description["shape"]["tags"], description["shape"]["layers"]) == (0, 0)
    assert [intent.name for intent in bot.parse("hi", "bye").intents] == ["greet", "goodbye"]


def test_entities_alone_leave_the_intent_to_others():
    bot = Bot(travel_examples(roles=False), epochs=60, intent_classification=False)
    batch = bot.parse("fly from Oslo to New York")
    assert batch.intents[0].name is None
    assert entities(batch) == [[("Oslo", "city", None), ("New York", "city", None)]]


def test_every_optional_part_can_be_switched_on():
    bot = Bot(
        travel_examples(),
        epochs=60,
        use_masked_language_model=True,
        hidden_layers_sizes={"text": [64]},
        transformer_size=32,
        number_of_transformer_layers=2,
        number_of_attention_heads=2,
        BILOU_flag=False,
        drop_rate_attention=0.1,
        batch_size=[8, 16],
        batch_strategy="sequence",
        evaluate_on_number_of_examples=6,
        evaluate_every_number_of_epochs=5,
        checkpoint_model=True,
        ranking_length=2,
        renormalize_confidences=True,
    )
    intent = bot.parse("hello there").intents[0]
    assert intent.name == "greet"
    assert sum(score.confidence for score in intent.ranking) == pytest.approx(1, abs=1e-5)
    assert len(intent.ranking) == 2


def test_misaligned_entities_are_counted_in_one_warning(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.WARNING)
    examples = [*travel_examples(), example("go to Parisian cafes", "book", a=("Paris", None))]
    Bot(examples, epochs=1)
    assert [message for message in caplog.messages if message.startswith("1 entity annotations")]


def test_entities_are_split_at_commas_unless_told_otherwise():
    examples = [
        *travel_examples(roles=False),
        *(
            example(f"go to {a}, {b}", "book", a=(f"{a}, {b}", None))
            for a, b in [("Paris", "Rome"), ("Oslo", "Berlin"), ("Rome", "Oslo"), ("Berlin", "Paris")]
        ),
    ]
    whole = Bot(examples, epochs=100, split_entities_by_comma={"city": False}).parse("go to Rome, Oslo")
    split = Bot(examples, epochs=100).parse("go to Rome, Oslo")
    assert [name for name, _, _ in entities(whole)[0]] == ["Rome, Oslo"]
    assert [name for name, _, _ in entities(split)[0]] == ["Rome", "Oslo"]


def test_rasas_full_configuration_is_accepted_and_unknown_keys_are_not():
    DIETClassifier.Config(
        constrain_similarities=True,
        number_of_negative_examples=20,
        connection_density=0.2,
        loss_type="cross_entropy",
        similarity_type="auto",
        tensorboard_log_level="epoch",
        embedding_dimension=20,
        batch_size=[64, 256],
    )
    with pytest.raises(ValidationError, match="epoch_count"):
        DIETClassifier.Config(epoch_count=3)
    with pytest.raises(ValidationError, match="3 heads do not divide"):
        DIETClassifier.Config(number_of_attention_heads=3)


@pytest.mark.parametrize("runtime", ["onnx", "torch"])
def test_entities_are_learned_from_dense_features_too_and_served_alike(tmp_path: Path, runtime: str):
    letters = LetterCounts(LetterCounts.Config(), LoadContext("LetterCounts"))
    bot = Bot(travel_examples(), letters, epochs=100, random_seed=1, runtime="torch")
    bot.classifier.save(tmp_path)
    loaded = DIETClassifier.load(DIETClassifier.Config(runtime=runtime), tmp_path, LoadContext("DIETClassifier"))
    trained, served = bot.parse(*TEXTS), bot.parse(*TEXTS, by=loaded)
    assert entities(served)[1] == [("Oslo", "city", "departure"), ("New York", "city", "destination")]
    assert entities(trained) == entities(served)
    for one, other in zip(chain(*trained.entities), chain(*served.entities), strict=True):
        assert one.confidence == pytest.approx(other.confidence, abs=1e-5)


def test_dense_features_are_used(tmp_path: Path):
    from framework.api import Example, FeatureBlock, NLUData, Tokens, TrainingData

    rng = np.random.default_rng(0)
    intents = [f"intent_{number % 3}" for number in range(30)]
    centres = np.eye(3, 8, dtype=np.float32) * 3

    def batch_of(kinds: list[int]) -> MessageBatch:
        batch = MessageBatch.of([f"text {kind}" for kind in kinds])
        batch.tokens = Tokens.from_spans([[("text", 0, 4), (str(kind), 5, 6)] for kind in kinds])
        sentence = centres[kinds] + rng.normal(size=(len(kinds), 8)).astype(np.float32) * 0.3
        batch.blocks.append(FeatureBlock("encoder", np.repeat(sentence, 2, axis=0), sentence))
        return batch

    nlu = NLUData(examples=tuple(Example(text=f"text {n % 3}", intent=intent) for n, intent in enumerate(intents)))
    classifier = DIETClassifier(DIETClassifier.Config(epochs=30), LoadContext("DIETClassifier"))
    classifier.train(TrainingData(nlu, batch_of([number % 3 for number in range(30)])))
    classifier.save(tmp_path)
    loaded = DIETClassifier.load(DIETClassifier.Config(), tmp_path, LoadContext("DIETClassifier"))
    batch = batch_of([2, 0, 1])
    loaded.process(batch)
    assert [intent.name for intent in batch.intents] == ["intent_2", "intent_0", "intent_1"]

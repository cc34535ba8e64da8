"""Confidences that are fitted on held-out examples."""

import random
from pathlib import Path

import numpy as np
import pytest

from framework.api import Example, LoadContext
from framework_diet.classifier import DIETClassifier
from tests.diet.travel import Bot, example, travel_examples

WORDS = ("stay", "leave", "wait", "north", "south", "early", "late", "again", "now", "there", "slowly", "together")


def undecided(count: int, seed: int) -> list[Example]:
    """Messages that would be easy to tell apart if a third of them were not filed under the other intent."""
    draw = random.Random(seed)
    examples = []
    for _ in range(count):
        intents = ["agree", "disagree"]
        text = " ".join([draw.choice(("yes", "no")), *draw.sample(WORDS, 4)])
        right = intents[text.startswith("no")]
        intents.remove(right)
        examples.append(example(text, right if draw.random() < 2 / 3 else intents[0]))
    return examples


def overconfidence(bot: Bot, messages: list[Example]) -> float:
    intents = bot.parse(*(message.text for message in messages)).intents
    right = np.mean([intent.name == message.intent for intent, message in zip(intents, messages, strict=True)])
    return float(np.mean([intent.confidence for intent in intents]) - right)


def test_who_calibrates_is_as_sure_as_right(tmp_path: Path) -> None:
    examples, messages = undecided(300, seed=1), undecided(300, seed=2)
    plain = Bot(examples, epochs=25, random_seed=1)
    calibrated = Bot(examples, epochs=25, random_seed=1, calibrate=True)
    assert overconfidence(plain, messages) > 0.15
    assert abs(overconfidence(calibrated, messages)) < 0.1

    texts = [message.text for message in messages[:5]]
    before = [intent.confidence for intent in calibrated.parse(*texts).intents]
    calibrated.classifier.save(tmp_path)
    for runtime in ("onnx", "torch"):
        config = DIETClassifier.Config(runtime=runtime)
        loaded = DIETClassifier.load(config, tmp_path, LoadContext("DIETClassifier"))
        assert [intent.confidence for intent in calibrated.parse(*texts, by=loaded).intents] == pytest.approx(
            before, abs=1e-5
        )


def test_few_examples_stay_uncalibrated_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    Bot(travel_examples(), epochs=2, calibrate=True)
    assert "too few examples to calibrate with" in caplog.text

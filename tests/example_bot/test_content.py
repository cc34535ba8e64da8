from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

BOT = Path(__file__).parents[2] / "example_bot"
ENOUGH_INTENTS = 15
ENOUGH_EXAMPLES = 15
MARKUP = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@pytest.fixture(scope="module")
def examples() -> dict[str, list[str]]:
    """The plain texts of each intent."""
    found: dict[str, list[str]] = {}
    for path in (BOT / "data" / "nlu").glob("*.yml"):
        for item in yaml.safe_load(path.read_text())["nlu"]:
            if "intent" in item:
                lines = [line.removeprefix("- ") for line in item["examples"].splitlines()]
                found.setdefault(item["intent"], []).extend(MARKUP.sub(r"\1", line) for line in lines)
    return found


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    return yaml.safe_load((BOT / "domain.yml").read_text())


def test_every_intent_has_enough_examples_to_learn_from(examples, domain):
    assert set(examples) == set(domain["intents"])
    assert len(examples) >= ENOUGH_INTENTS
    assert [intent for intent, texts in examples.items() if len(texts) < ENOUGH_EXAMPLES] == []


def test_no_sentence_is_an_example_of_two_things(examples):
    counts = Counter(text.casefold() for texts in examples.values() for text in texts)

    assert [text for text, count in counts.items() if count > 1] == []


def test_every_answer_is_used(domain):
    files = [BOT / "data" / "rules.yml", BOT / "data" / "stories.yml", *(BOT / "actions").glob("*.py")]
    text = "\n".join(path.read_text() for path in files)
    slots = {f"utter_ask_{slot}" for form in domain["forms"].values() for slot in form["required_slots"]}
    used = set(re.findall(r"\butter_\w+", text)) | slots | {"utter_default"}

    assert set(domain["responses"]) - used == set()
    assert {name for name in used if not name.startswith("utter_ask_")} - set(domain["responses"]) <= {"utter_message"}


def test_every_button_sends_an_intent_of_the_domain(domain):
    payloads = [
        button["payload"]
        for variations in domain["responses"].values()
        for variation in variations
        for button in variation.get("buttons", [])
    ]

    assert payloads
    assert {re.match(r"/(\w+)", payload)[1] for payload in payloads} <= set(domain["intents"])

"""Messages with two intents at once: each combination that has examples is an intent of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.model.loading import latest_model, load_assistant
from tests.assembling import cached_registry
from tests.dialogue.talking import Talk
from tests.training.tea_house import make_trainer, train, write_tea_house

CONFIG = """
language: en
assistant_id: tea-house
pipeline:
- name: WhitespaceTokenizer
  intent_tokenization_flag: true
  intent_split_symbol: "+"
- name: CountVectorsFeaturizer
- name: {classifier}
policies:
- name: RulePolicy
"""

NLU = """
- intent: greet+order
  examples: |
    - hello, one tea please
    - good morning, I would like a cup
    - hi there, a pot please
"""

RULES = """
- rule: both at once
  steps:
  - intent: greet+order
  - action: utter_greet
  - action: utter_served
"""


@pytest.fixture
def tea_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tea house, where some greet and order in one breath."""
    monkeypatch.chdir(tmp_path)
    write_tea_house(tmp_path)
    for name, more in (("nlu", NLU), ("rules", RULES)):
        path = tmp_path / "data" / f"{name}.yml"
        path.write_text(path.read_text() + more)
    domain = tmp_path / "domain.yml"
    domain.write_text(domain.read_text().replace("[greet, order]", '[greet, order, "greet+order"]'))
    return tmp_path


@pytest.mark.parametrize("classifier", ["LogisticRegressionClassifier", "DIETClassifier"])
async def test_a_combination_is_understood_and_has_a_rule_of_its_own(tea_house: Path, classifier: str) -> None:
    (tea_house / "config.yml").write_text(CONFIG.format(classifier=classifier))
    problems = make_trainer().check()
    assert [str(problem.what) for problem in problems if "greet+order" in str(problem.what)] == []
    train()
    talk = Talk(load_assistant(latest_model(tea_house / "models"), cached_registry()))
    assert await talk.say("good morning, one tea please") == ["Hello!", "Here you are."]
    assert await talk.say("good morning") == ["Hello!"]
    message = (await talk.tracker()).latest_message
    assert message is not None
    ranked = {score["name"] for score in message.parse_data["intent_ranking"]}
    assert ranked == {"greet", "order", "greet+order"}


async def test_a_button_can_name_a_combination(tea_house: Path) -> None:
    (tea_house / "config.yml").write_text(CONFIG.format(classifier="KeywordIntentClassifier"))
    train()
    talk = Talk(load_assistant(latest_model(tea_house / "models"), cached_registry()))
    assert await talk.say("/greet+order") == ["Hello!", "Here you are."]

"""A bot that answers questions, from training to what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from framework.dialogue.assistant import Assistant
from framework.model.loading import latest_model, load_assistant
from tests.assembling import cached_registry
from tests.dialogue.talking import Talk
from tests.training.tea_house import train, write_tea_house

CONFIG = """
language: en
assistant_id: tea-house
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  max_ngram: 4
- name: LogisticRegressionClassifier
- name: ResponseSelector
  retrieval_intent: faq
  random_seed: 1
- name: ResponseSelector
  random_seed: 1
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.0
policies:
- name: RulePolicy
"""

NLU = """
- intent: faq/opening_hours
  examples: |
    - when are you open
    - what are your opening hours
    - are you open on Sunday
- intent: faq/caffeine
  examples: |
    - is there caffeine in the tea
    - which teas are without caffeine
    - does green tea keep me awake
- intent: chitchat/name
  examples: |
    - what is your name
    - who are you
    - how are you called
- intent: chitchat/joke
  examples: |
    - tell me a joke
    - make me laugh
    - do you know something funny
responses:
  utter_faq/opening_hours:
  - text: From nine to five.
  utter_faq/caffeine:
  - text: Rooibos has none.
  utter_chitchat/name:
  - text: Call me Pot.
  utter_chitchat/joke:
  - text: Chai not?
"""

RULES = """
- rule: questions
  steps:
  - intent: faq
  - action: utter_faq
- rule: small talk
  steps:
  - intent: chitchat
  - action: utter_chitchat
- rule: not understood
  steps:
  - intent: nlu_fallback
  - action: action_two_stage_fallback
  - active_loop: action_two_stage_fallback
"""


@pytest.fixture
def questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tea house, with questions and answers, as the current folder."""
    write_tea_house(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yml").write_text(CONFIG)
    for name, more in (("nlu", NLU), ("rules", RULES)):
        path = tmp_path / "data" / f"{name}.yml"
        path.write_text(path.read_text() + more)
    domain = tmp_path / "domain.yml"
    domain.write_text(domain.read_text().replace("[greet, order]", "[greet, order, faq, chitchat]"))
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def load(folder: Path) -> Assistant:
    return load_assistant(latest_model(folder / "models"), cached_registry())


async def test_each_question_gets_its_own_answer(questions: Path) -> None:
    train()
    talk = Talk(load(questions))
    assert await talk.say("hello") == ["Hello!"]
    assert await talk.say("what are your opening hours please") == ["From nine to five."]
    assert await talk.say("which tea has no caffeine") == ["Rooibos has none."]
    assert await talk.say("and who are you") == ["Call me Pot."]
    assert await talk.say("tell me a funny joke") == ["Chai not?"]


async def test_a_message_carries_the_full_name_of_its_retrieval_intent(questions: Path) -> None:
    train()
    talk = Talk(load(questions))
    await talk.say("tell me a joke")
    message = (await talk.tracker()).latest_message
    assert message is not None
    assert message.intent == "chitchat"
    assert message.parse_data["intent"]["full_retrieval_intent_name"] == "chitchat/joke"
    assert list(message.parse_data["response_selector"]) == ["all_retrieval_intents", "faq", "default"]


async def test_an_edited_answer_is_said_and_no_component_learns_anew(questions: Path) -> None:
    train()
    edit(questions / "data" / "nlu.yml", "Rooibos has none.", "Only fruit teas.")
    result = train()
    assert result.trained == ()
    talk = Talk(load(questions))
    assert await talk.say("which tea has no caffeine") == ["Only fruit teas."]
    message = (await talk.tracker()).latest_message
    assert message is not None
    chosen = message.parse_data["response_selector"]["faq"]["response"]
    assert chosen["responses"] == [{"text": "Only fruit teas."}]


async def test_a_weak_match_is_asked_about_and_the_answer_to_yes_is_the_one_that_was_meant(
    questions: Path,
) -> None:
    edit(questions / "config.yml", "  retrieval_intent: faq\n", "  retrieval_intent: faq\n  threshold: 0.999\n")
    train()
    talk = Talk(load(questions))
    assert await talk.say("which tea has no caffeine") == ["Did you mean 'faq'?"]
    buttons = talk.screen.messages[-1].buttons
    assert buttons[0] == {"title": "Yes", "payload": "/faq"}
    assert await talk.say("/faq") == ["Rooibos has none."]


@pytest.mark.parametrize(
    ("name", "text", "answers"),
    [
        ("RasaHQ__rasa__examples_responseselectorbot", "do you have a name", "utter_chitchat/ask_name"),
        (
            "RasaHQ__rasa__data_test_response_selector_bot",
            "what is the weather like today",
            "utter_chitchat/ask_weather",
        ),
    ],
)
async def test_rasas_own_bots_answer(
    name: str, text: str, answers: str, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(shared / "bots" / name, tmp_path / "bot", copy_function=shutil.copyfile)
    folder = tmp_path / "bot"
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    monkeypatch.chdir(folder)
    train(training_type="nlu")
    assistant = load(folder)
    assert assistant.pipeline is not None
    (parsed,) = assistant.pipeline.parse([text])
    assert parsed["intent"]["name"] == "chitchat"
    assert parsed["response_selector"]["default"]["response"]["utter_action"] == answers

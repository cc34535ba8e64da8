"""Languages of messages, and components that are only for some of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from framework.bot.config import ComponentEntry
from framework.model.config import ConfiguredComponent, configure
from framework.model.loading import latest_model, load_assistant
from framework.nlu.batch import EntityResult, IntentResult, MessageBatch
from framework.nlu.component import Component, EntityExtractor, LoadContext
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS
from framework.training.pipeline_checks import check_pipeline
from framework_langid.language_identifier import LanguageIdentifier
from tests.assembling import cached_registry
from tests.training.tea_house import train, write_tea_house

ENGLISH, GERMAN, CHINESE = "where is my order", "guten Tag, wo ist meine Bestellung?", "我想查询我的订单"


def identifier(language: str | None = "en", **config: Any) -> LanguageIdentifier:
    return LanguageIdentifier(LanguageIdentifier.Config(**config), LoadContext("LanguageIdentifier", language=language))


def languages(component: LanguageIdentifier, *texts: str) -> list[str | None]:
    batch = MessageBatch.of(texts)
    component.process(batch)
    return batch.languages


@pytest.mark.parametrize("candidates", [(), ("en", "de", "zh")])
def test_english_german_and_chinese_are_told_apart(candidates: tuple[str, ...]) -> None:
    found = languages(identifier(languages=candidates), ENGLISH, GERMAN, CHINESE, ENGLISH.upper(), "danke\nschön")
    assert found == ["en", "de", "zh", "en", "de"]


def test_a_short_word_is_in_one_of_the_languages_that_the_bot_speaks() -> None:
    assert languages(identifier(languages=["en", "de"]), "ja") == ["de"]


def test_what_could_be_in_any_language_is_in_the_default_one() -> None:
    texts = ("", "12345", "🙂", "?!")
    assert languages(identifier("fr"), *texts) == ["fr"] * 4
    assert languages(identifier("fr", default="de"), *texts) == ["de"] * 4
    assert languages(identifier(None), *texts) == [None] * 4


def test_an_unsure_guess_gives_way_to_the_default() -> None:
    assert languages(identifier(default="en", min_confidence=0.0), "ja") == ["fi"]
    assert languages(identifier(default="en", min_confidence=1.0), "ja") == ["en"]


def test_the_language_is_in_the_output() -> None:
    (parsed,) = Pipeline([identifier()]).parse([GERMAN])
    assert parsed["language"] == "de"
    assert "language" not in Pipeline([]).parse([GERMAN])[0]


class Greeter(EntityExtractor[Any]):
    """Finds something in every message, and counts how often it is asked."""

    calls = 0

    def process(self, batch: MessageBatch) -> None:
        self.calls += 1
        for message in range(len(batch)):
            batch.intents[message] = IntentResult("greet", 1.0)
            batch.entities[message].append(EntityResult("word", 0, 1, "w", "Greeter"))
            batch.selections[message]["all_retrieval_intents"] = []
            batch.extras[message]["mood"] = "good"


def greeter(*only_for: str) -> Greeter:
    return Greeter(Greeter.Config(), LoadContext("Greeter", only_for=only_for))


def test_a_component_for_some_languages_finds_nothing_in_others() -> None:
    german, english, chinese = Pipeline([identifier(), greeter("de", "zh")]).parse([GERMAN, ENGLISH, CHINESE])
    for parsed in (german, chinese):
        assert parsed["intent"]["name"] == "greet"
        assert len(parsed["entities"]) == 1
        assert parsed["mood"] == "good"
    assert english["intent"] == {"name": None, "confidence": 0.0}
    assert english["entities"] == []
    assert not {"mood", "response_selector"} & set(english)


def test_what_others_found_before_it_stays() -> None:
    (parsed,) = Pipeline([identifier(), greeter(), greeter("de")]).parse([ENGLISH])
    assert len(parsed["entities"]) == 1
    german = Pipeline([identifier(), greeter(), greeter("de")]).parse([GERMAN, ENGLISH])[0]
    assert len(german["entities"]) == 2


def test_a_component_is_not_asked_where_no_message_is_for_it() -> None:
    component = greeter("zh")
    Pipeline([identifier(), component]).parse([ENGLISH, GERMAN])
    assert component.calls == 0


def configured(*entries: tuple[str, dict[str, Any]]) -> tuple[list[ConfiguredComponent], list[str]]:
    """The components, and what is wrong with their keys or their order."""
    found, problems = configure(
        [ComponentEntry(name=name, options=options) for name, options in entries], PIPELINE_KINDS, cached_registry()
    )
    return found, [str(problem.what) for problem in [*problems, *check_pipeline("en", found, is_whole=True)]]


def test_only_for_is_a_key_of_every_component_that_judges_messages() -> None:
    components, problems = configured(
        ("LanguageIdentifier", {}), ("KeywordIntentClassifier", {"only_for": ["de", "zh"], "case_sensitive": False})
    )
    assert problems == []
    assert components[1].only_for == ("de", "zh")


def test_only_for_needs_a_language_identifier_before_it() -> None:
    _, problems = configured(("KeywordIntentClassifier", {"only_for": ["de"]}), ("LanguageIdentifier", {}))
    assert problems == [
        "KeywordIntentClassifier is only for de, and nothing before it finds out the language of a message"
    ]


def test_only_for_is_a_list_of_codes() -> None:
    assert configured(("LanguageIdentifier", {}), ("KeywordIntentClassifier", {"only_for": "de"}))[1] == [
        "only_for is 'de'"
    ]


def test_a_tokenizer_is_for_all_languages() -> None:
    _, problems = configured(("LanguageIdentifier", {}), ("WhitespaceTokenizer", {"only_for": ["de"]}))
    assert "only_for" in problems[0]


def test_a_trained_model_keeps_to_the_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_tea_house(tmp_path)
    (tmp_path / "config.yml").write_text(
        """
language: en
assistant_id: tea-house
pipeline:
- name: LanguageIdentifier
  languages: [de, en, zh]
- name: RegexEntityExtractor
  only_for: [de]
  use_word_boundaries: false
policies: []
"""
    )
    train(training_type="nlu")
    assistant = load_assistant(latest_model(tmp_path / "models"), cached_registry())
    assert assistant.pipeline is not None
    german, english = assistant.pipeline.parse(["einen Sencha bitte, aber schnell", "one sencha please, and be quick"])
    assert [entity["value"] for entity in german["entities"]] == ["Sencha"]
    assert (german["language"], english["language"], english["entities"]) == ("de", "en", [])


def test_components_without_languages_run_as_ever() -> None:
    component: Component[Any] = greeter()
    assert len(Pipeline([component]).parse([ENGLISH])[0]["entities"]) == 1

"""Entities are found in the words of a user where stories mark them, and fill slots."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from framework.bot.bot import Bot
from framework.bot.nlu_data import NLUData
from framework.bot.story_files import read_stories
from framework.conversation.events import EntitiesAdded, Event, UserUttered
from framework.conversation.tracker import Tracker
from framework.dialogue.assistant import Assistant
from framework.dialogue.ensemble import Ensemble
from framework.dialogue.policy import Policy
from framework.dialogue.prediction import Prediction
from framework.dialogue.understanding import DirectParser
from framework.evaluation.replay import StoryPlayer, play_all
from framework.evaluation.story_report import StoryReport
from framework.evaluation.story_results import WantedFiles, write_results
from framework.nlu.pipeline import Pipeline
from tests.assembling import SPARSE_FEATURES, assemble, examples
from tests.conversation.conversing import listen
from tests.dialogue.talking import Talk, bot_of
from tests.ted.cafe import FAST, after, reloaded, teach

CITIES = ("Paris", "Rome", "Oslo", "New York", "Lima")
NLU = NLUData(examples=examples(greet=["hello there", "good morning"], hours=["when do you open", "opening hours"]))

DOMAIN = """
    intents: [greet, hours]
    entities:
    - city: {roles: [departure, destination]}
    responses:
      utter_greet: [{text: Hello}]
      utter_hours: [{text: Nine to five.}]
    slots:
      to: {type: text, mappings: [{type: from_entity, entity: city, role: destination}]}
    """


def mark(city: str, role: str) -> str:
    return f'[{city}]{{"entity": "city", "role": "{role}"}}'


STORIES = (
    "stories:\n"
    "- {story: greet, steps: [{intent: greet}, {action: utter_greet}]}\n"
    "- {story: hours, steps: [{intent: hours}, {action: utter_hours}]}\n"
    + "".join(
        f"- story: {city}\n"
        "  steps:\n"
        f"  - user: 'a ticket from {mark(other, 'departure')} to {mark(city, 'destination')}'\n"
        "  - bot: One ticket, there you go.\n"
        f"- story: late in {city}\n"
        "  steps:\n"
        f"  - user: 'my train to {mark(city, 'destination')} is late'\n"
        "  - bot: I am sorry for the delay.\n"
        for city, other in zip(CITIES, (*CITIES[1:], CITIES[0]), strict=True)
    )
)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return assemble(SPARSE_FEATURES, NLU)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return bot_of(tmp_path_factory.mktemp("trains"), DOMAIN, STORIES)


@pytest.fixture(scope="module")
def policy(bot: Bot, pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Policy[Any]:
    loaded = reloaded(teach("TEDPolicy", bot, featurize=pipeline.featurize), tmp_path_factory.mktemp("trained"))
    loaded.featurize = pipeline.featurize
    return loaded


def said(text: str, *entities: dict[str, Any], intent: str = "hours", confidence: float = 0.2) -> UserUttered:
    parsed = {"intent": {"name": intent, "confidence": confidence}, "entities": list(entities)}
    return UserUttered(text=text, parse_data=parsed)


def found(prediction: Prediction) -> list[tuple[str, str, str | None]]:
    """Entities by type, value and role."""
    added = [event for event in prediction.optional_events if isinstance(event, EntitiesAdded)]
    return [(e["entity"], e["value"], e.get("role")) for event in added for e in event.entities]


def test_entities_are_found_where_the_words_of_a_message_count(policy: Policy[Any], bot: Bot) -> None:
    prediction = after(policy, listen(), said("a ticket from Lima to New York"), bot=bot)
    assert (prediction.action, prediction.is_end_to_end_prediction) == ("One ticket, there you go.", True)
    assert found(prediction) == [("city", "Lima", "departure"), ("city", "New York", "destination")]
    (event,) = prediction.optional_events
    assert isinstance(event, EntitiesAdded)
    assert [(entity["start"], entity["end"], entity["extractor"]) for entity in event.entities] == [
        (14, 18, "TEDPolicy"),
        (22, 30, "TEDPolicy"),
    ]
    assert all(0.5 < entity["confidence_entity"] <= 1 for entity in event.entities)


def test_a_word_that_no_story_has_is_found_by_the_words_around_it(policy: Policy[Any], bot: Bot) -> None:
    assert found(after(policy, listen(), said("my train to Quito is late"), bot=bot)) == [
        ("city", "Quito", "destination")
    ]


@pytest.mark.parametrize(
    "events",
    [
        (listen(), said("hello there", intent="greet", confidence=0.98)),
        (listen(), said("/hours")),
    ],
    ids=["an intent", "an intent by name"],
)
def test_nothing_is_found_where_the_intent_counts(events: tuple[Event, ...], policy: Policy[Any], bot: Bot) -> None:
    prediction = after(policy, *events, bot=bot)
    assert not prediction.is_end_to_end_prediction
    assert prediction.optional_events == []


def test_what_the_pipeline_has_found_is_not_added_again(policy: Policy[Any], bot: Bot) -> None:
    known = {"entity": "city", "role": "destination", "start": 12, "end": 16, "value": "ROM"}
    tracker = Tracker.from_events("ann", bot.domain, [listen(), said("my train to Rome is late", known)])
    prediction = policy.predict(tracker, bot.domain)
    assert found(prediction) == [("city", "Rome", "destination")]
    tracker.apply_all(prediction.optional_events)
    assert tracker.latest_message is not None
    assert tracker.latest_message.entities == [known]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"entity_recognition": False}, []),
        ({"BILOU_flag": False}, [("city", "Rome", "destination")]),
        ({"transformer_size": {"text": 32, "dialogue": 64}}, [("city", "Rome", "destination")]),
        ({"number_of_transformer_layers": 2, "hidden_layers_sizes": {"text": [32]}}, [("city", "Rome", "destination")]),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, dict) else "",
)
def test_keys_steer_what_is_found(
    options: dict[str, Any], expected: list[tuple[str, str, str]], bot: Bot, pipeline: Pipeline
) -> None:
    policy = teach("TEDPolicy", bot, featurize=pipeline.featurize, **options)
    prediction = after(policy, listen(), said("my train to Rome is late"), bot=bot)
    assert prediction.is_end_to_end_prediction
    assert found(prediction) == expected


def test_nothing_is_found_where_no_story_marks_anything(tmp_path: Path, pipeline: Pipeline) -> None:
    plain = bot_of(tmp_path, DOMAIN, re.sub(r"\[(.*?)\]\{.*?\}", r"\1", STORIES))
    assert not any(step.entities for step in plain.stories.messages_by_words)
    policy = teach("TEDPolicy", plain, featurize=pipeline.featurize, epochs=5, e2e_confidence_threshold=0.0)
    prediction = after(policy, listen(), said("my train to Rome is late"), bot=plain)
    assert prediction.is_end_to_end_prediction
    assert found(prediction) == []


async def test_slots_are_filled_from_what_was_found(
    policy: Policy[Any], bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    understands = assemble([*SPARSE_FEATURES, ("LogisticRegressionClassifier", {})], NLU)
    monkeypatch.setattr(policy, "featurize", understands.featurize)
    talk = Talk(Assistant(domain=bot.domain, pipeline=understands, ensemble=Ensemble([policy])))
    assert await talk.say("a ticket from Oslo to Lima") == ["One ticket, there you go."]
    assert await talk.slots() == {"to": "Lima"}
    assert await talk.latest_turn() == [
        "user a ticket from Oslo to Lima",
        "slot to=Lima",
        "entities",
        "user_featurization",
        "action None",
        "bot One ticket, there you go.",
        "action action_listen",
    ]


async def test_test_stories_say_how_well_entities_were_found(
    policy: Policy[Any], bot: Bot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    understands = assemble([*SPARSE_FEATURES, ("LogisticRegressionClassifier", {})], NLU)
    monkeypatch.setattr(policy, "featurize", understands.featurize)
    (tmp_path / "test_stories.yml").write_text(STORIES.replace(mark("Lima", "destination"), "Lima"))
    assistant = Assistant(domain=bot.domain, pipeline=understands, ensemble=Ensemble([policy]))
    player = StoryPlayer(assistant, DirectParser(understands, bot.domain))
    report = StoryReport(await play_all(player, read_stories([tmp_path / "test_stories.yml"])))
    (evaluation,) = report.policy_entities
    assert (evaluation.extractor, len(evaluation.predictions), len(evaluation.errors)) == ("TEDPolicy", 10, 2)
    assert [story.script.name for story in report.failed] == ["Lima"]
    write_results(report, tmp_path / "results", WantedFiles(successful=True))
    assert {
        *("TEDPolicy_report.json", "TEDPolicy_errors.json", "TEDPolicy_successes.json"),
        *("TEDPolicy_token_report.json", "TEDPolicy_confusion_matrix.png", "TEDPolicy_histogram.png"),
    } <= {path.name for path in (tmp_path / "results").iterdir()}


def test_torch_finds_what_onnx_runtime_finds(bot: Bot, pipeline: Pipeline, tmp_path: Path) -> None:
    trained = teach("TEDPolicy", bot, featurize=pipeline.featurize, epochs=5, e2e_confidence_threshold=0.0)
    trained.save(tmp_path)
    events = (listen(), said("a ticket from Rome to Oslo"))
    by_runtime = []
    for runtime in ("onnx", "torch"):
        config = trained.Config(**{**trained.config.model_dump(), "runtime": runtime})
        loaded = type(trained).load(config, tmp_path, trained.context)
        loaded.featurize = pipeline.featurize
        by_runtime.append(found(after(loaded, *events, bot=bot)))
    assert by_runtime[0] == by_runtime[1]


def test_finding_entities_needs_no_torch(bot: Bot, pipeline: Pipeline, tmp_path: Path) -> None:
    teach("TEDPolicy", bot, featurize=pipeline.featurize, epochs=2).save(tmp_path)
    script = f"""
import sys
from pathlib import Path
from framework.api import LoadContext
from framework_ted.policy import TEDPolicy
TEDPolicy.load(TEDPolicy.Config(**{FAST!r}), Path({str(tmp_path)!r}), LoadContext(name="TEDPolicy"))
assert not {{"torch", "onnx", "scipy", "sklearn"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)

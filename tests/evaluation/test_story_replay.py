"""Test stories are played as they would be held: the model is asked at each step, then the story has its way."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path

import yaml

from framework.bot.domain import Domain
from framework.bot.story_files import parse_stories
from framework.conversation.tracker import Tracker
from framework.dialogue.assistant import Assistant
from framework.dialogue.ensemble import Ensemble
from framework.dialogue.policy import Policy, PolicyConfig, PolicyTrainingData
from framework.dialogue.prediction import Prediction
from framework.dialogue.understanding import DirectParser
from framework.evaluation.played import PlayedScript
from framework.evaluation.replay import StoryPlayer, play_all
from framework.evaluation.scripts import scripts_of
from framework.evaluation.story_report import StoryReport
from framework.evaluation.story_writer import write_played
from framework.nlu.component import LoadContext
from tests.assembling import SHOP, assemble
from tests.dialogue.talking import assistant_of, bot_of

DOMAIN = """
intents: [greet, order_status, change_address, goodbye]
entities: [order_number, city]
actions: [action_look_up]
slots:
  order_number:
    type: text
    mappings: [{type: from_entity, entity: order_number}]
  found:
    type: bool
    mappings: [{type: custom}]
forms:
  order_form: {required_slots: [order_number]}
responses:
  utter_greet: [{text: Hello}]
  utter_found: [{text: There it is}]
  utter_lost: [{text: It is lost}]
  utter_bye: [{text: Bye}]
"""
RULES = """
rules:
- {rule: greet, steps: [{intent: greet}, {action: utter_greet}]}
- {rule: bye, steps: [{intent: goodbye}, {action: utter_bye}]}
- {rule: ask, steps: [{intent: change_address}, {action: order_form}, {active_loop: order_form}]}
- rule: found
  condition: [{slot_was_set: [{found: true}]}]
  steps: [{action: action_look_up}, {action: utter_found}]
- rule: lost
  condition: [{slot_was_set: [{found: false}]}]
  steps: [{action: action_look_up}, {action: utter_lost}]
- rule: look up
  condition: [{slot_was_set: [order_number]}]
  steps: [{intent: order_status, entities: [order_number]}, {action: action_look_up}]
  wait_for_user_input: false
"""
STEPS = [
    ("WhitespaceTokenizer", {}),
    ("KeywordIntentClassifier", {"case_sensitive": False}),
    ("RegexEntityExtractor", {}),
]


def assistant(folder: Path) -> Assistant:
    return replace(assistant_of(bot_of(folder, DOMAIN, RULES)), pipeline=assemble(STEPS, SHOP))


async def play(folder: Path, stories: str, *, with_nlu: bool = True) -> list[PlayedScript]:
    made = assistant(folder)
    parser = DirectParser(made.pipeline, made.domain) if with_nlu else None
    return await play_all(StoryPlayer(made, parser), parse_stories(textwrap.dedent(stories), "tests.yml"))


def faults(played: PlayedScript) -> list[tuple[str, str]]:
    """What was expected and what came, where that differs."""
    return [(action.expected, action.predicted) for action in played.actions if not action.is_right]


async def test_a_story_that_goes_as_written_is_right(tmp_path: Path) -> None:
    [played] = await play(
        tmp_path,
        """
        stories:
        - story: whole
          steps:
          - {user: hello, intent: greet}
          - action: utter_greet
          - {user: bye, intent: goodbye}
          - action: utter_bye
        """,
    )
    assert played.is_right
    assert [action.predicted for action in played.actions] == [
        *("utter_greet", "action_listen", "utter_bye", "action_listen")
    ]


async def test_after_a_wrong_prediction_the_story_has_its_way(tmp_path: Path) -> None:
    [played] = await play(
        tmp_path,
        """
        stories:
        - story: wrong in the middle
          steps: [{intent: greet}, {action: utter_bye}, {intent: goodbye}, {action: utter_bye}]
        """,
    )
    assert faults(played) == [("utter_bye", "utter_greet"), ("action_listen", "action_default_fallback")]
    assert played.actions[2].is_right


async def test_a_misunderstood_message_is_an_error_and_the_written_intent_counts(tmp_path: Path) -> None:
    [played] = await play(
        tmp_path,
        """
        stories:
        - story: misunderstood
          steps:
          - {user: hello, intent: goodbye}
          - action: utter_bye
        """,
    )
    assert not played.is_right
    assert [message.intent for message in played.messages] == ["greet"]
    assert faults(played) == []


async def test_entities_must_be_exactly_those_that_are_marked(tmp_path: Path) -> None:
    played = await play(
        tmp_path,
        """
        stories:
        - {story: marked, steps: [{user: "where is order [12345](order_number)", intent: order_status}]}
        - {story: not marked, steps: [{user: where is order 12345, intent: order_status}]}
        - {story: not there, steps: [{user: "where is [my order](order_number)", intent: order_status}]}
        - {story: short form, steps: [{user: '/order_status{"order_number": "1"}', intent: order_status}]}
        """,
    )
    assert [message.is_understood for each in played for message in each.messages] == [True, False, False, True]


async def test_without_nlu_messages_mean_what_is_written(tmp_path: Path) -> None:
    [played] = await play(
        tmp_path,
        """
        stories:
        - {story: taken as written, steps: [{user: hello, intent: goodbye}, {action: utter_bye}]}
        """,
        with_nlu=False,
    )
    assert played.is_right
    assert played.messages == []


async def test_a_message_without_an_intent_means_what_is_understood(tmp_path: Path) -> None:
    [played] = await play(
        tmp_path,
        """
        stories:
        - {story: by text, steps: [{user: hello}, {action: utter_greet}]}
        """,
    )
    assert played.is_right


async def test_actions_do_not_run_and_their_events_are_those_of_the_story(tmp_path: Path) -> None:
    played = await play(
        tmp_path,
        """
        stories:
        - story: found
          steps:
          - {user: "where is order [12345](order_number)", intent: order_status}
          - action: action_look_up
          - slot_was_set: [{found: true}]
          - action: utter_found
        - story: lost
          steps:
          - {user: "where is order [12345](order_number)", intent: order_status}
          - action: action_look_up
          - slot_was_set: [{found: false}]
          - action: utter_found
        """,
    )
    assert [each.is_right for each in played] == [True, False]
    assert faults(played[1])[0] == ("utter_found", "utter_lost")


async def test_a_story_that_leaves_a_form_says_that_the_form_declined(tmp_path: Path) -> None:
    [played] = await play(
        tmp_path,
        """
        stories:
        - story: question in between
          steps:
          - intent: change_address
          - action: order_form
          - active_loop: order_form
          - intent: greet
          - action: utter_greet
          - action: order_form
        """,
    )
    assert played.is_right


async def test_an_action_with_which_a_story_begins_is_taken_as_given(tmp_path: Path) -> None:
    [played] = await play(
        tmp_path,
        """
        stories:
        - {story: reminded, steps: [{action: utter_found}, {intent: greet}, {action: utter_greet}]}
        """,
    )
    assert [action.expected for action in played.actions] == ["action_listen", "utter_greet", "action_listen"]


def names_and_actions(stories: str) -> list[tuple[str, list[str]]]:
    scripts = scripts_of(parse_stories(textwrap.dedent(stories), "tests.yml"))
    return [
        (script.name, [getattr(step, "name", None) or getattr(step, "intent", "") for step in script.steps])
        for script in scripts
    ]


def test_each_way_through_a_story_is_played() -> None:
    assert names_and_actions(
        """
        stories:
        - story: a
          steps: [{or: [{intent: x}, {intent: y}]}, {action: act}, {checkpoint: joint}]
        - story: b
          steps: [{checkpoint: joint}, {intent: z}, {checkpoint: joint}]
        - story: never reached
          steps: [{checkpoint: nowhere}, {intent: z}]
        """
    ) == [
        ("a > b", ["x", "act", "z"]),
        ("a > b", ["y", "act", "z"]),
        ("never reached", ["z"]),
    ]


def test_a_checkpoint_leads_on_only_where_its_slots_fit() -> None:
    assert names_and_actions(
        """
        stories:
        - {story: a, steps: [{intent: x}, {slot_was_set: [{s: 1}]}, {checkpoint: joint}]}
        - {story: b, steps: [{checkpoint: joint, slot_was_set: [{s: 1}]}, {intent: y}]}
        - {story: c, steps: [{checkpoint: joint, slot_was_set: [{s: 2}]}, {intent: z}]}
        """
    ) == [("a > b", ["x", "s", "y"])]


STORIES = """
stories:
- story: "goes: wrong"
  steps:
  - {user: "where is order [12345](order_number)", intent: goodbye}
  - action: utter_greet
  - slot_was_set: [{found: true}, order_number]
  - active_loop: null
  - {user: hello, intent: greet}
  - action: utter_greet
- {story: goes right, steps: [{user: hello, intent: greet}, {action: utter_greet}]}
"""


async def test_written_stories_are_read_back_the_same_with_comments_at_what_was_wrong(tmp_path: Path) -> None:
    report = StoryReport(await play(tmp_path, STORIES))

    text = write_played(report.failed, "none")

    assert "intent: goodbye  # predicted: order_status: where is order [12345](order_number)\n" in text
    assert "- action: utter_greet  # predicted: utter_bye\n" in text
    assert "- action: action_listen  # predicted: action_default_fallback\n" in text
    [story] = yaml.safe_load(text)["stories"]
    assert story["story"] == "goes: wrong"
    assert [step for step in story["steps"] if step != {"action": "action_listen"}] == [
        {"user": "where is order [12345](order_number)", "intent": "goodbye"},
        {"action": "utter_greet"},
        {"slot_was_set": [{"found": True}]},
        {"slot_was_set": ["order_number"]},
        {"active_loop": None},
        {"user": "hello", "intent": "greet"},
        {"action": "utter_greet"},
    ]
    assert write_played([], "None failed.") == "# None failed.\n"


async def test_the_report_counts_conversations_actions_and_intents(tmp_path: Path) -> None:
    report = StoryReport(await play(tmp_path, STORIES)).to_dict()

    assert report["conversation_accuracy"] == {"accuracy": 0.5, "correct": 1, "with_warnings": 0, "total": 2}
    assert report["utter_greet"] == {"precision": 1.0, "recall": 2 / 3, "f1-score": 0.8, "support": 3}
    assert report["goodbye"]["recall"] == 0.0
    assert report["greet"]["support"] == 2


class Doubter(Policy[PolicyConfig]):
    """Finds every message unlikely."""

    def train(self, data: PolicyTrainingData) -> None:
        pass

    def predict(self, tracker: Tracker, domain: Domain) -> Prediction:
        heard = tracker.latest_action_name == "action_listen"
        return Prediction("Doubter", 9, {"action_unlikely_intent": 1.0} if heard else {})

    def save(self, directory: Path) -> None:
        pass

    @classmethod
    def load(cls, config: PolicyConfig, directory: Path, context: LoadContext) -> Doubter:
        return cls(config, context)


async def test_a_story_with_an_unlikely_message_is_right_with_a_warning(tmp_path: Path) -> None:
    made = assistant(tmp_path)
    doubter = Doubter(PolicyConfig(), LoadContext(name="Doubter"))
    doubting = replace(made, ensemble=Ensemble([*made.ensemble.policies, doubter]))
    stories = "stories: [{story: unlikely, steps: [{intent: greet}, {action: utter_greet}]}]"

    report = StoryReport(await play_all(StoryPlayer(doubting, None), parse_stories(stories, "tests.yml")))

    assert report.with_warnings == report.right == report.played
    assert "- action: utter_greet  # predicted: action_unlikely_intent, then utter_greet" in write_played(
        report.with_warnings, ""
    )

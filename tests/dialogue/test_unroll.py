"""Stories and rules become conversations to train on."""

from __future__ import annotations

import cProfile
import itertools
import random
from pathlib import Path

import pytest

from framework.bot.domain import Domain, Intent, ResponseVariation, Slot
from framework.bot.stories import ActionStep, SlotStep, Story, StoryData, UserStep
from framework.dialogue.unroll import TrainingDialogue, unroll
from tests.conversation.conversing import in_short
from tests.dialogue.talking import bot_of

DOMAIN = """
    intents: [a, b, c]
    entities: [size]
    actions: [act_a, act_b, act_c]
    slots:
      seen: {type: bool, mappings: [{type: custom}]}
      note: {type: text, mappings: [{type: custom}]}
      tags: {type: list, mappings: [{type: custom}]}
    forms:
      form: {required_slots: [note]}
    """


def dialogues_of(folder: Path, data: str, augmentation: int = 0) -> list[TrainingDialogue]:
    bot = bot_of(folder, DOMAIN, data)
    return unroll(bot.stories, bot.domain, augmentation=augmentation)


def steps(dialogue: TrainingDialogue) -> list[str]:
    """What happens in a dialogue, less the listening."""
    return [text for text in in_short(dialogue.tracker.events) if text != "action action_listen"]


def test_story_listens_before_each_message_and_at_its_end(tmp_path: Path) -> None:
    [dialogue] = dialogues_of(
        tmp_path,
        """
        stories:
        - story: one
          steps: [{intent: a}, {action: act_a}, {intent: b}, {action: act_b}]
        """,
    )
    assert in_short(dialogue.tracker.events) == [
        *("action action_listen", "user a", "action act_a"),
        *("action action_listen", "user b", "action act_b", "action action_listen"),
    ]
    assert (dialogue.name, dialogue.kind) == ("one", "story")


def test_checkpoints_join_every_end_with_every_beginning(tmp_path: Path) -> None:
    dialogues = dialogues_of(
        tmp_path,
        """
        stories:
        - {story: end 1, steps: [{checkpoint: joint}, {intent: c}, {action: act_a}]}
        - {story: end 2, steps: [{checkpoint: joint}, {intent: c}, {action: act_b}]}
        - {story: start 1, steps: [{intent: a}, {action: act_a}, {checkpoint: joint}]}
        - {story: start 2, steps: [{intent: b}, {action: act_b}, {checkpoint: joint}]}
        """,
    )
    assert sorted(dialogue.name for dialogue in dialogues) == [
        "start 1 > end 1",
        "start 1 > end 2",
        "start 2 > end 1",
        "start 2 > end 2",
    ]


def test_checkpoint_lets_through_only_what_meets_its_conditions(tmp_path: Path) -> None:
    dialogues = dialogues_of(
        tmp_path,
        """
        stories:
        - {story: yes, steps: [{intent: a}, {slot_was_set: [{seen: true}]}, {checkpoint: joint}]}
        - {story: no, steps: [{intent: b}, {slot_was_set: [{seen: false}]}, {checkpoint: joint}]}
        - story: end
          steps: [{checkpoint: joint, slot_was_set: [{seen: true}]}, {action: act_a}]
        """,
    )
    assert [dialogue.name for dialogue in dialogues] == ["yes > end", "no"]


def test_cycle_of_checkpoints_is_gone_through_and_left(tmp_path: Path) -> None:
    dialogues = dialogues_of(
        tmp_path,
        """
        stories:
        - {story: in, steps: [{intent: a}, {action: act_a}, {checkpoint: round}]}
        - {story: again, steps: [{checkpoint: round}, {intent: b}, {action: act_b}, {checkpoint: round}]}
        - {story: out, steps: [{checkpoint: round}, {intent: c}, {action: act_c}]}
        """,
    )
    shapes = {tuple(text for text in steps(dialogue) if text.startswith("user")) for dialogue in dialogues}
    assert ("user a", "user c") in shapes
    assert ("user a", "user b", "user c") in shapes


def test_story_that_ends_at_a_checkpoint_where_none_begins_is_kept_up_to_there(tmp_path: Path) -> None:
    dialogues = dialogues_of(
        tmp_path,
        """
        stories:
        - {story: dead end, steps: [{intent: a}, {action: act_a}, {checkpoint: nowhere}]}
        - {story: from nowhere, steps: [{checkpoint: never reached}, {intent: b}, {action: act_b}]}
        """,
    )
    assert [steps(dialogue) for dialogue in dialogues] == [["user a", "action act_a"]]


def test_each_alternative_makes_a_conversation(tmp_path: Path) -> None:
    dialogues = dialogues_of(
        tmp_path,
        """
        stories:
        - story: either
          steps:
          - or: [{intent: a}, {intent: b}]
          - action: act_a
          - or: [{slot_was_set: [{seen: true}]}, {slot_was_set: [{seen: false}]}]
          - action: act_b
        """,
    )
    assert len(dialogues) == 4
    assert {dialogue.name for dialogue in dialogues} == {"either"}
    assert steps(dialogues[0]) in [
        [f"user {intent}", "action act_a", f"slot seen={seen}", "action act_b"]
        for intent in "ab"
        for seen in (True, False)
    ]


def test_equal_stories_are_kept_once(tmp_path: Path) -> None:
    dialogues = dialogues_of(
        tmp_path,
        """
        stories:
        - {story: one, steps: [{intent: a}, {action: act_a}]}
        - {story: two, steps: [{intent: a}, {action: act_a}]}
        """,
    )
    assert [dialogue.name for dialogue in dialogues] == ["one"]


def test_rule_says_first_what_it_supposes_then_that_anything_may_have_been(tmp_path: Path) -> None:
    [rule] = dialogues_of(
        tmp_path,
        """
        rules:
        - rule: r
          condition: [{active_loop: form}, {slot_was_set: [{note: null}, {seen: true}]}]
          steps: [{intent: a}, {action: act_a}, {active_loop: null}]
          wait_for_user_input: false
        """,
    )
    assert in_short(rule.tracker.events) == [
        "active_loop form",
        "slot note=should_not_be_set",
        "slot seen=True",
        "action ...",
        "action action_listen",
        "user a",
        "action act_a",
        "active_loop should_not_be_set",
        "action ...",
        "action action_listen",
    ]


def test_rule_for_the_start_of_a_conversation_has_nothing_before(tmp_path: Path) -> None:
    [rule] = dialogues_of(
        tmp_path, "rules: [{rule: r, conversation_start: true, steps: [{intent: a}, {action: act_a}]}]"
    )
    assert in_short(rule.tracker.events)[:2] == ["action action_listen", "user a"]


def test_bare_slot_names_mean_that_slots_are_filled(tmp_path: Path) -> None:
    [dialogue] = dialogues_of(
        tmp_path, "stories: [{story: s, steps: [{intent: a}, {slot_was_set: [note, tags]}, {action: act_a}]}]"
    )
    assert steps(dialogue)[1:3] == ["slot note=filled", "slot tags=['filled']"]


def test_action_with_which_a_story_begins_cannot_be_predicted(tmp_path: Path) -> None:
    [dialogue] = dialogues_of(tmp_path, "stories: [{story: s, steps: [{action: act_a}, {intent: a}, {action: act_b}]}]")
    assert [(d.label, d.is_predictable) for d in dialogue.decisions] == [
        ("act_a", False),
        ("action_listen", True),
        ("act_b", True),
        ("action_listen", True),
    ]


def test_decisions_know_where_they_were_written(tmp_path: Path) -> None:
    [dialogue] = dialogues_of(
        tmp_path,
        """
        stories:
        - story: s
          steps:
          - intent: a
          - action: act_b
        """,
    )
    place = dialogue.decisions[1].where
    assert place is not None
    assert (Path(place.file).name, place.line) == ("rules.yml", 7)


def many_stories(count: int) -> tuple[StoryData, Domain]:
    chance = random.Random(1)
    names = [str(number) for number in range(40)]
    domain = Domain(
        intents={f"i{name}": Intent(name=f"i{name}") for name in names},
        responses={f"utter_{name}": (ResponseVariation(text=name),) for name in names},
        slots={"s": Slot(name="s", type="text")},
    )

    def story(number: int) -> Story:
        parts: list[UserStep | ActionStep | SlotStep] = []
        for name in chance.choices(names, k=4):
            parts += [UserStep(intent=f"i{name}"), SlotStep(name="s", value="x"), ActionStep(name=f"utter_{name}")]
        return Story(name=f"story {number}", steps=tuple(parts))

    return StoryData(stories=tuple(story(number) for number in range(count))), domain


def test_augmentation_glues_stories_together_always_the_same_way() -> None:
    stories, domain = many_stories(20)
    augmented = [d for d in unroll(stories, domain, augmentation=5) if d.kind == "augmented"]
    again = [d for d in unroll(stories, domain, augmentation=5) if d.kind == "augmented"]
    assert 20 < len(augmented) <= 50
    assert [d.name for d in augmented] == [d.name for d in again]
    labels = [decision.label for decision in augmented[0].decisions]
    assert all(pair != ("action_listen", "action_listen") for pair in itertools.pairwise(labels))


@pytest.mark.slow
def test_work_grows_with_the_number_of_stories_and_no_faster() -> None:
    def calls(count: int) -> int:
        """How many functions are called; unlike the time it takes, that is the same on every machine."""
        stories, domain = many_stories(count)
        counted = cProfile.Profile()
        assert len(counted.runcall(unroll, stories, domain, augmentation=50)) > count
        return sum(entry.callcount for entry in counted.getstats())

    assert calls(800) < 4.4 * calls(200)


def test_entities_fill_slots_as_they_do_in_a_conversation(tmp_path: Path) -> None:
    domain = """
    intents: [a]
    entities: [size, city]
    actions: [act_a]
    slots:
      size: {type: text, mappings: [{type: from_entity, entity: size}]}
      sizes: {type: list, mappings: [{type: from_entity, entity: size}]}
      goal: {type: text, mappings: [{type: from_entity, entity: city, role: to}]}
      asked: {type: text, mappings: [{type: from_entity, entity: size, conditions: [{active_loop: form}]}]}
    forms:
      form: {required_slots: [asked]}
    """
    bot = bot_of(
        tmp_path,
        domain,
        """
        stories:
        - {story: one, steps: [{intent: a, entities: [size: big, size: red, city: Rome]}, {action: act_a}]}
        - {story: two, steps: [{intent: a, entities: [size]}, {action: act_a}]}
        """,
    )
    said = [
        [text for text in steps(dialogue) if text.startswith("slot")] for dialogue in unroll(bot.stories, bot.domain)
    ]
    assert said == [["slot size=red", "slot sizes=['big', 'red']"], ["slot size=", "slot sizes=['']"]]

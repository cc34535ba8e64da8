"""Stories and rules."""

from __future__ import annotations

from msgspec.structs import replace

from framework.bot.stories import (
    ActionStep,
    BotStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    SlotStep,
    StepEntity,
    UserStep,
)
from framework.errors import Location
from tests.bot.conftest import ReadBot


def bare(step):
    """A step without its place, and so what it holds."""
    step = replace(step, where=None)
    if isinstance(step, OrStep):
        return replace(step, options=tuple(tuple(bare(inner) for inner in option) for option in step.options))
    if isinstance(step, CheckpointStep):
        return replace(step, conditions=tuple(bare(inner) for inner in step.conditions))
    return step


def test_all_kinds_of_steps(read: ReadBot) -> None:
    bot = read(
        {
            "data/stories.yml": """\
            stories:
            - story: everything
              metadata: {author: me}
              steps:
              - checkpoint: start
                slot_was_set:
                - known: true
              - intent: order
                entities:
                - size
                - item: pizza
                  role: main
              - action: utter_ask
              - or:
                - intent: affirm
                - slot_was_set:
                  - sure: yes
                  - asked
              - slot_was_set:
                - city
                - size: null
                - toppings: [ham, "2"]
              - active_loop: order_form
              - active_loop: null
              - user: |
                  to [Rome]{"entity": "city", "role": "to"}
              - bot: On my way!
              - user: hello
                intent: greet
            """
        }
    )
    assert bot.problems == ()
    [story] = bot.stories.stories
    assert (story.name, story.metadata, story.where) == (
        "everything",
        {"author": "me"},
        Location("data/stories.yml", 2, 10, 10),
    )
    assert [bare(step) for step in story.steps] == [
        CheckpointStep(name="start", conditions=(SlotStep(name="known", value=True),)),
        UserStep(
            intent="order",
            entities=(StepEntity(entity="size"), StepEntity(entity="item", value="pizza", role="main")),
        ),
        ActionStep(name="utter_ask"),
        OrStep(
            options=(
                (UserStep(intent="affirm"),),
                (SlotStep(name="sure", value="yes"), SlotStep(name="asked", has_value=False)),
            )
        ),
        SlotStep(name="city", has_value=False),
        SlotStep(name="size", value=None),
        SlotStep(name="toppings", value=["ham", "2"]),
        LoopStep(name="order_form"),
        LoopStep(name=None),
        UserStep(text="to Rome", entities=(StepEntity(entity="city", value="Rome", role="to", start=3, end=7),)),
        BotStep(text="On my way!"),
        UserStep(intent="greet", text="hello"),
    ]
    assert story.steps[2].where == Location("data/stories.yml", 13, 13, 9)


def test_rules_have_conditions_and_flags(read: ReadBot) -> None:
    bot = read(
        {
            "data/rules.yml": """\
            rules:
            - rule: submit
              condition:
              - active_loop: form
              - slot_was_set:
                - requested_slot: size
              conversation_start: true
              wait_for_user_input: false
              steps:
              - action: form
            """
        }
    )
    assert bot.problems == ()
    [rule] = bot.stories.rules
    assert [bare(step) for step in rule.condition] == [
        LoopStep(name="form"),
        SlotStep(name="requested_slot", value="size"),
    ]
    assert (rule.conversation_start, rule.wait_for_user_input) == (True, False)


def test_stories_in_test_files_are_tests(read: ReadBot) -> None:
    story = "stories:\n- story: {name}\n  steps:\n  - intent: a\n"
    bot = read(
        {
            "data/stories.yml": story.format(name="trained"),
            "data/test_more.yml": story.format(name="tested"),
            "tests/test_stories.yml": story.format(name="tested too"),
            "tests/other.yml": story.format(name="not read"),
        }
    )
    assert [story.name for story in bot.stories.stories] == ["trained"]
    assert [story.name for story in bot.test_stories] == ["tested", "tested too"]


def test_mistakes_in_stories_are_reported_with_their_place(read: ReadBot) -> None:
    bot = read(
        {
            "data/stories.yml": """\
            stories:
            - story: one
              steps:
              - intent:
              - intent: /greet
              - acton: utter_greet
              - action: utter_greet
                slot_was_set:
                - a
              - or:
                - action: utter_greet
              - form: old_form
              - slot_was_set:
              - utter_greet
            - steps:
              - intent: greet
            - story: three
            rules:
            - rule: four
              conditions:
              - active_loop: form
              steps:
              - intent: [greet]
            """
        }
    )
    assert [str(problem) for problem in bot.problems] == [
        "data/stories.yml:4:5  a step has an empty 'intent' (write a name after `intent:`)",
        "data/stories.yml:5:13  intent '/greet' is read as 'greet' (leave out the '/')",
        "data/stories.yml:6:5  unknown step 'acton' (did you mean 'action'?)",
        "data/stories.yml:8:5  unknown key 'slot_was_set' in a step with 'action' (known: action)",
        "data/stories.yml:11:7  an option of 'or' is an intent, a user message or slot_was_set",
        "data/stories.yml:10:5  'or' has no options",
        "data/stories.yml:12:5  step 'form' is read as 'active_loop' (rename the key)",
        "data/stories.yml:13:5  'slot_was_set' names no slot (add `- <slot>`)",
        "data/stories.yml:14:5  a step must be a mapping, not a text",
        "data/stories.yml:15:3  a story needs a name (add `story: <name>`)",
        "data/stories.yml:17:10  a story needs steps (add `steps:`)",
        "data/stories.yml:20:3  unknown key 'conditions' in a rule (did you mean 'condition'?)",
        "data/stories.yml:23:13  intent must be a text, not a list",
        "data/stories.yml:23:5  a step has an empty 'intent' (write a name after `intent:`)",
    ]


def test_what_stories_say_word_for_word_is_an_action(read: ReadBot) -> None:
    bot = read(
        {
            "domain.yml": "e2e_actions: [Never said., Hello!]",
            "data/stories.yml": """\
            stories:
            - story: words
              steps:
              - user: a table in [Rome](town) please
              - bot: A table it is.
              - or:
                - user: hi
                - intent: greet
              - bot: Hello!
            """,
        }
    )
    assert bot.domain.e2e_actions == ("Never said.", "Hello!", "A table it is.")
    assert [step.text for step in bot.stories.messages_by_words] == ["a table in Rome please", "hi"]
    (annotation,) = next(bot.stories.messages_by_words).annotations
    assert (annotation.entity, annotation.start, annotation.end, annotation.value) == ("town", 11, 15, "Rome")

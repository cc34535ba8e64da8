from __future__ import annotations

import pytest

from framework.authoring.story_graph import WHOLE_HISTORY, StoryGraph, story_graph
from framework.bot.document import Mapping, load_text
from framework.bot.problems import Problems
from framework.bot.stories import StoryData
from framework.bot.story_files import parse_stories
from framework.bot.story_reader import StoryReader


def graph_of(text: str, max_history: int = 2) -> StoryGraph:
    return story_graph(StoryData(stories=parse_stories(text, "stories.yml")), max_history=max_history)


def rules_of(text: str) -> StoryGraph:
    problems = Problems()
    file = load_text(text, "rules.yml", problems)
    assert isinstance(file, Mapping)
    rules = tuple(StoryReader(problems).rules(file.get("rules")))
    assert problems.all() == ()
    return story_graph(StoryData(rules=rules))


def walk(graph: StoryGraph, path: int) -> list[str]:
    """What is said and done along a path, with the labels of the edges in brackets."""
    steps = []
    for number in graph.paths[path].edges:
        edge = graph.edges[number]
        steps += [f"[{label}]" for label in edge.labels]
        node = graph.nodes[edge.target]
        steps.append(" ".join((node.title or node.kind, *node.entities)))
    return steps


TWO = """
stories:
- story: short
  steps:
  - intent: greet
  - action: utter_greet
  - intent: order
    entities:
    - tea: mint
  - slot_was_set:
    - tea: mint
  - action: utter_served
- story: long
  steps:
  - intent: ask
  - action: utter_greet
  - intent: order
    entities:
    - tea: mint
  - slot_was_set:
    - tea: mint
  - action: utter_served
"""


def test_a_path_tells_the_story():
    graph = graph_of(TWO)

    assert walk(graph, 0) == ["greet", "utter_greet", "order tea = mint", "[tea = mint]", "utter_served", "end"]
    assert [path.name for path in graph.paths] == ["short", "long"]


@pytest.mark.parametrize(
    ("max_history", "shared"),
    [(1, {"utter_greet", "order", "utter_served"}), (2, {"order", "utter_served"}), (3, {"utter_served"})],
)
def test_stories_meet_where_their_last_steps_are_the_same(max_history, shared):
    graph = graph_of(TWO, max_history)

    both = {edge.target for edge in graph.edges if edge.paths == [0, 1]}
    drawn = [node.title for node in graph.nodes]
    assert {title for title in drawn if title and drawn.count(title) == 1} - {"greet", "ask"} == shared
    assert all(graph.nodes[node].title in {*shared, ""} for node in both)


def test_a_tree_joins_only_beginnings():
    text = TWO.replace("intent: ask", "intent: greet").replace(
        "- action: utter_served\n- story", "- action: utter_sorry\n- story"
    )

    graph = graph_of(text, WHOLE_HISTORY)

    assert [node.title for node in graph.nodes if node.title] == [
        "greet",
        "utter_greet",
        "order",
        "utter_sorry",
        "utter_served",
    ]


def test_alternatives_part_and_meet_again():
    graph = graph_of(
        """
        stories:
        - story: either
          steps:
          - or:
            - intent: affirm
            - intent: thank
          - action: utter_happy
        """
    )

    assert [(graph.nodes[edge.source].title, graph.nodes[edge.target].title) for edge in graph.edges] == [
        ("", "affirm"),
        ("", "thank"),
        ("affirm", "utter_happy"),
        ("thank", "utter_happy"),
        ("utter_happy", ""),
    ]


def test_a_checkpoint_joins_stories():
    graph = graph_of(
        """
        stories:
        - story: first
          steps:
          - intent: greet
          - checkpoint: greeted
        - story: second
          steps:
          - checkpoint: greeted
            slot_was_set:
            - known: true
          - action: utter_again
        """
    )

    assert walk(graph, 0) == ["greet", "greeted"]
    assert walk(graph, 1) == ["[known = true]", "utter_again", "end"]
    assert len([node for node in graph.nodes if node.kind == "checkpoint"]) == 1


def test_rules_stay_by_themselves_and_say_when_they_apply():
    graph = rules_of(
        """
        rules:
        - rule: leave the form
          condition:
          - active_loop: order_form
          steps:
          - intent: stop
          - action: action_deactivate_loop
          - active_loop: null
          wait_for_user_input: false
        - rule: stop
          conversation_start: true
          steps:
          - intent: stop
          - action: action_deactivate_loop
        """
    )

    assert walk(graph, 0) == ["[loop order_form]", "stop", "action_deactivate_loop", "[loop ends]", "open"]
    assert walk(graph, 1) == ["stop", "action_deactivate_loop", "end"]
    assert [graph.nodes[graph.edges[path.edges[0]].source].kind for path in graph.paths] == ["anytime", "start"]
    assert not set(graph.paths[0].edges) & set(graph.paths[1].edges)

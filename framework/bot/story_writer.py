"""Writes stories and rules as YAML that reads back as the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from framework.bot.annotations import mark_entities
from framework.bot.nlu_data import EntityAnnotation
from framework.bot.stories import (
    ActionStep,
    BotStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    Rule,
    SlotStep,
    Step,
    StepEntity,
    Story,
    StoryData,
    UserStep,
)
from framework.bot.yaml_writer import FORMAT, dump_yaml


def stories_to_yaml(data: StoryData) -> str:
    """Stories, then rules.

    Raises:
        ValueError: entities of a message overlap, which the format cannot say.
    """
    tables = {"stories": [story_item(story) for story in data.stories], "rules": [_rule(rule) for rule in data.rules]}
    return dump_yaml({"version": FORMAT, **{key: table for key, table in tables.items() if table}})


def story_item(story: Story) -> dict[str, Any]:
    """A story as an item of the list `stories`, as plain data.

    Raises:
        ValueError: entities of a message overlap, which the format cannot say.
    """
    return {"story": story.name, **_metadata(story), "steps": list(_steps(story.steps))}


def _rule(rule: Rule) -> dict[str, Any]:
    keys: dict[str, Any] = {"rule": rule.name, **_metadata(rule)}
    if rule.conversation_start:
        keys["conversation_start"] = True
    if not rule.wait_for_user_input:
        keys["wait_for_user_input"] = False
    if rule.condition:
        keys["condition"] = list(_steps(rule.condition))
    return {**keys, "steps": list(_steps(rule.steps))}


def _metadata(owner: Story | Rule) -> dict[str, Any]:
    return {} if owner.metadata is None else {"metadata": owner.metadata}


def _steps(steps: Iterable[Step]) -> Iterator[dict[str, Any]]:
    """The steps, with slots that are set one after the other in one of them."""
    for are_slots, group in groupby(steps, key=lambda step: isinstance(step, SlotStep)):
        if are_slots:
            yield {"slot_was_set": _slots(step for step in group if isinstance(step, SlotStep))}
        else:
            yield from map(_step, group)


def _step(step: Step) -> dict[str, Any]:
    match step:
        case UserStep():
            return _user(step)
        case ActionStep(name=name):
            return {"action": name}
        case BotStep(text=text):
            return {"bot": text}
        case LoopStep(name=name):
            return {"active_loop": name}
        case CheckpointStep(name=name, conditions=conditions):
            return {"checkpoint": name, **({"slot_was_set": _slots(conditions)} if conditions else {})}
        case OrStep(options=options):
            return {"or": [written for option in options for written in _steps(option)]}
        case SlotStep():
            return {"slot_was_set": _slots([step])}


def _user(step: UserStep) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    if step.text is not None:
        keys["user"] = mark_entities(step.text, _placed(step.entities))
    if step.intent is not None:
        keys["intent"] = step.intent
    unplaced = [_entity(entity) for entity in step.entities if entity.start is None]
    return {**keys, "entities": unplaced} if unplaced else keys


def _placed(entities: Iterable[StepEntity]) -> list[EntityAnnotation]:
    return [
        EntityAnnotation(
            entity=entity.entity,
            start=entity.start,
            end=entity.end,
            value=entity.value,
            role=entity.role,
            group=entity.group,
        )
        for entity in entities
        if entity.start is not None and entity.end is not None
    ]


def _entity(entity: StepEntity) -> str | dict[str, Any]:
    optional = {"role": entity.role, "group": entity.group}
    keys = {entity.entity: entity.value, **{key: value for key, value in optional.items() if value is not None}}
    return entity.entity if keys == {entity.entity: None} else keys


def _slots(steps: Iterable[SlotStep]) -> list[str | dict[str, Any]]:
    return [{step.name: step.value} if step.has_value else step.name for step in steps]

"""What the stories and rules of a bot name, each with the first place where they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER
from framework.bot.stories import ActionStep, CheckpointStep, LoopStep, OrStep, SlotStep, Step, StoryData, UserStep
from framework.errors import Location

Places = dict[str, Location | None]


class Usage(msgspec.Struct, frozen=True):
    """Names used in stories and rules. Intents of retrieval intents are without their response key."""

    intents: Places
    entities: Places
    slots: Places
    actions: Places
    loops: Places


def usage_of(data: StoryData) -> Usage:
    """Walks all steps and conditions."""
    usage = Usage({}, {}, {}, {}, {})
    for step in _all_steps(data):
        match step:
            case UserStep():
                if step.intent:
                    usage.intents.setdefault(step.intent.partition(RESPONSE_KEY_DELIMITER)[0], step.where)
                for entity in step.entities:
                    usage.entities.setdefault(entity.entity, step.where)
            case SlotStep():
                usage.slots.setdefault(step.name, step.where)
            case ActionStep():
                usage.actions.setdefault(step.name, step.where)
            case LoopStep(name=str(name)):
                usage.loops.setdefault(name, step.where)
    return usage


def _all_steps(data: StoryData) -> Iterator[Step]:
    for story in data.stories:
        yield from _flat(story.steps)
    for rule in data.rules:
        yield from rule.condition
        yield from _flat(rule.steps)


def _flat(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, OrStep):
            for option in step.options:
                yield from option
        elif isinstance(step, CheckpointStep):
            yield from step.conditions
        else:
            yield step

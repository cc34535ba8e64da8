"""Test stories as scripts: one straight run of steps for each way through a story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from framework.bot.stories import (
    ActionStep,
    BotStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from framework.errors import Location

ScriptStep = UserStep | ActionStep | BotStep | SlotStep | LoopStep
_PathStep = ScriptStep | CheckpointStep


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation to be played. The name of one that goes through several stories has them all, joined by ``>``."""

    name: str
    steps: tuple[ScriptStep, ...]
    where: Location | None = None


def scripts_of(stories: Iterable[Story]) -> Iterator[Script]:
    """Every way through the stories: each alternative of an ``or``, each story that goes on from a checkpoint.

    A part of a story is gone through once at most, so that a cycle of checkpoints ends. A story that begins at a
    checkpoint which no story reaches is played from its beginning.
    """
    parts = [part for story in stories for part in _parts(story)]
    reached = {part.end for part in parts if part.end is not None}
    for part in parts:
        if not any(start.name in reached for start in part.starts):
            yield from _continued((part,), parts)


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a story between two checkpoints; ``end`` is None at the end of the story."""

    name: str
    where: Location | None
    starts: tuple[CheckpointStep, ...]
    steps: tuple[ScriptStep, ...]
    end: str | None


def _continued(path: tuple[_Part, ...], parts: Sequence[_Part]) -> Iterator[Script]:
    end = path[-1].end
    following = [part for part in parts if part not in path and _goes_on(path, part, end)] if end is not None else []
    if not following:
        yield Script(
            name=" > ".join(dict.fromkeys(part.name for part in path)),
            steps=tuple(step for part in path for step in part.steps),
            where=path[0].where,
        )
    for part in following:
        yield from _continued((*path, part), parts)


def _goes_on(path: tuple[_Part, ...], part: _Part, checkpoint: str | None) -> bool:
    slots = {step.name: step.value for passed in path for step in passed.steps if isinstance(step, SlotStep)}
    return any(
        start.name == checkpoint and all(slots.get(slot.name) == slot.value for slot in start.conditions)
        for start in part.starts
    )


def _parts(story: Story) -> list[_Part]:
    found: list[_Part] = []
    for steps in _alternatives(story.steps):
        found += (part for part in _cut(story, steps) if part not in found)
    return found


def _alternatives(steps: Iterable[Step]) -> Iterator[tuple[_PathStep, ...]]:
    """The steps, once for each combination of what the alternatives in them may be."""
    options: list[tuple[tuple[_PathStep, ...], ...]] = [
        step.options if isinstance(step, OrStep) else ((step,),) for step in steps
    ]
    for chosen in product(*options):
        yield tuple(step for option in chosen for step in option)


def _cut(story: Story, steps: Iterable[_PathStep]) -> Iterator[_Part]:
    starts: tuple[CheckpointStep, ...] = ()
    stretch: list[ScriptStep] = []
    is_leading = True
    for step in steps:
        if not isinstance(step, CheckpointStep):
            stretch.append(step)
            is_leading = False
        elif is_leading:
            starts = (*starts, step)
        else:
            yield _Part(story.name, story.where, starts, tuple(stretch), step.name)
            starts, stretch = (step,), []
    if stretch or is_leading:
        yield _Part(story.name, story.where, starts, tuple(stretch), None)

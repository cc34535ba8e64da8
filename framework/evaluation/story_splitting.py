"""Divides stories into those to train with and those to test with."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from framework.bot.stories import CheckpointStep, OrStep, Step, Story, StoryData


@dataclass(frozen=True, slots=True)
class StorySplit:
    """The stories of a file to train with, and those to test with; rules are trained with."""

    training: StoryData
    test: StoryData


def split_stories(files: Mapping[Path, StoryData], training_fraction: float, seed: int) -> dict[Path, StorySplit]:
    """Divides the stories of all files, so that the given fraction of them is trained with.

    Stories that go on from one another at checkpoints stay on one side, because they are parts of the same
    conversations; so do those that tell the same under different names. At least one story is trained with.
    """
    stories = [story for data in files.values() for story in data.stories]
    wanted = min(round(len(stories) * (1 - training_fraction)), len(stories) - 1)
    tested = _choose(_groups(stories), wanted, seed)
    split: dict[Path, StorySplit] = {}
    first = 0
    for path, data in files.items():
        places = range(first, first := first + len(data.stories))
        split[path] = StorySplit(
            training=replace(data, stories=tuple(stories[place] for place in places if place not in tested)),
            test=StoryData(stories=tuple(stories[place] for place in places if place in tested)),
        )
    return split


def _choose(groups: list[list[int]], wanted: int, seed: int) -> set[int]:
    """The places of about as many stories as wanted, in whole groups."""
    random.Random(seed).shuffle(groups)
    chosen: set[int] = set()
    for group in groups:
        if len(chosen) + len(group) <= wanted:
            chosen.update(group)
    if not chosen and wanted and len(groups) > 1:
        smallest = min(groups, key=len)
        return set(smallest)
    return chosen


def _groups(stories: Sequence[Story]) -> list[list[int]]:
    """The places of stories that belong together."""
    joined = list(range(len(stories)))

    def first_of(place: int) -> int:
        while joined[place] != place:
            place = joined[place] = joined[joined[place]]
        return place

    seen: dict[Hashable, int] = {}
    for place, story in enumerate(stories):
        for mark in _marks(story):
            joined[first_of(place)] = first_of(seen.setdefault(mark, place))
    groups: dict[int, list[int]] = {}
    for place in range(len(stories)):
        groups.setdefault(first_of(place), []).append(place)
    return list(groups.values())


def _marks(story: Story) -> Iterator[Hashable]:
    """What a story has in common with those that it belongs together with."""
    yield msgspec.json.encode([_without_place(step) for step in story.steps], order="deterministic")
    yield from (step.name for step in story.steps if isinstance(step, CheckpointStep))


def _without_place(step: Step) -> Step:
    match step:
        case OrStep(options=options):
            plain = tuple(tuple(replace(part, where=None) for part in option) for option in options)
            return OrStep(options=plain)
        case CheckpointStep(conditions=conditions):
            return replace(step, where=None, conditions=tuple(replace(slot, where=None) for slot in conditions))
        case _:
            return replace(step, where=None)

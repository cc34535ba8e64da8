"""Divides examples so that every part has all intents, and no message stands on both sides; leaves out stories."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from framework.bot.nlu_data import Example
from framework.bot.stories import Story

Examples = tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Examples to train with, and examples to test with."""

    training: Examples
    test: Examples


def split_examples(examples: Sequence[Example], training_fraction: float, seed: int) -> Split:
    """Divides the examples of each intent, with its response key, in the same ratio.

    Every intent has at least one example to train with, and, if it has two that differ, one to test with.
    """
    training: list[int] = []
    for groups in _groups_by_intent(examples, seed):
        wanted = round(len(groups) * training_fraction)
        kept = min(max(wanted, 1), max(len(groups) - 1, 1))
        training += (index for group in groups[:kept] for index in group)
    return _split(examples, set(range(len(examples))) - set(training))


def split_into_folds(examples: Sequence[Example], count: int, seed: int) -> list[Split]:
    """For cross-validation: ``count`` splits, each of which tests on other examples.

    An intent that has a single example is trained in all of them, and tested in none: it could not be known.
    """
    parts: list[set[int]] = [set() for _ in range(count)]
    dealt = 0
    for groups in _groups_by_intent(examples, seed):
        if len(groups) > 1:
            for group in groups:
                parts[dealt % count].update(group)
                dealt += 1
    return [_split(examples, part) for part in parts]


def exclude_examples(examples: Sequence[Example], percentage: int, seed: int) -> Examples:
    """Leaves out a percentage of the examples of each intent, but never all of them.

    What is kept of a higher percentage is kept of a lower one, too: so learning curves compare like with like.
    """
    kept: set[int] = set()
    for groups in _groups_by_intent(examples, seed):
        wanted = max(1, math.ceil(len(groups) * (100 - percentage) / 100))
        kept.update(index for group in groups[:wanted] for index in group)
    return _take(examples, kept)


def exclude_stories(stories: Sequence[Story], percentage: int, seed: int) -> tuple[Story, ...]:
    """Leaves out a percentage of the stories, each as a whole, but never all of them.

    What is kept of a higher percentage is kept of a lower one, too.
    """
    order = random.Random(seed).sample(range(len(stories)), len(stories))
    return tuple(stories[index] for index in sorted(order[: stories_left(len(stories), percentage)]))


def stories_left(count: int, percentage: int) -> int:
    """How many of so many stories are kept where a percentage is left out."""
    return max(min(count, 1), count - round(count * percentage / 100))


def _groups_by_intent(examples: Sequence[Example], seed: int) -> Iterable[list[list[int]]]:
    """For each intent the places of its examples in random order, those of equal texts together."""
    shuffle = random.Random(seed).shuffle
    intents: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, example in enumerate(examples):
        intents[example.intent or ""][" ".join(example.text.casefold().split())].append(index)
    for texts in intents.values():
        groups = list(texts.values())
        shuffle(groups)
        yield groups


def _split(examples: Sequence[Example], test: set[int]) -> Split:
    return Split(_take(examples, set(range(len(examples))) - test), _take(examples, test))


def _take(examples: Sequence[Example], wanted: set[int]) -> Examples:
    return tuple(examples[index] for index in sorted(wanted))

"""What the networks learn from: the windows of the training dialogues, each once, and what follows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from framework.api import DialogueState
from framework_ted.windows import Floats, Windows

MOST_STATES = 50
"""The longest window where `max_history` sets no limit, so that a decision costs the same in any conversation."""


@dataclass(frozen=True, slots=True)
class Example:
    """Something that follows a window of states. What only augmented dialogues have counts once."""

    states: tuple[DialogueState, ...]
    label: str
    is_augmented: bool


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """``W`` different windows over ``U`` different states, and how often which of ``C`` labels follows each."""

    states: list[DialogueState]
    windows: Windows
    labels: tuple[str, ...]
    counts: Floats  # [W, C]

    @property
    def targets(self) -> Floats:
        """The share of each label among what follows a window, ``[W, C]``."""
        shares: Floats = self.counts / self.counts.sum(axis=1, keepdims=True)
        return shares

    def with_labels(self, further: Sequence[str]) -> ExampleSet:
        """The same, and further labels that follow nowhere."""
        nowhere = np.zeros((len(self.counts), len(further)), dtype=np.float32)
        return replace(self, labels=(*self.labels, *further), counts=np.concatenate([self.counts, nowhere], axis=1))

    @property
    def longest(self) -> int:
        """States of the longest window."""
        return int(self.windows.lengths.max(initial=1))


def collect(examples: Iterable[Example], max_history: int | None) -> ExampleSet:
    """Brings together equal windows and stores each state once."""
    limit = min(max_history or MOST_STATES, MOST_STATES)
    numbers: dict[DialogueState, int] = {}
    labels: dict[str, int] = {}
    counts: dict[tuple[int, ...], Counter[int]] = {}
    for example in examples:
        window = tuple(numbers.setdefault(state, len(numbers)) for state in example.states[-limit:])
        label = labels.setdefault(example.label, len(labels))
        following = counts.setdefault(window, Counter())
        if not example.is_augmented or label not in following:
            following[label] += 1
    matrix = np.zeros((len(counts), len(labels)), dtype=np.float32)
    for row, following in zip(matrix, counts.values(), strict=True):
        row[list(following)] = list(following.values())
    return ExampleSet(list(numbers), Windows.of(list(counts)), tuple(labels), matrix)

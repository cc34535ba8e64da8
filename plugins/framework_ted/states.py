"""From dialogue states to numbers: which columns a state has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from framework.api import DialogueState, SparseRows

_HEARD = "heard"


def entries_of(state: DialogueState) -> Iterator[tuple[str, float]]:
    """The names of a state's columns and their values.

    What the user said counts in full where it was just said, and after that as the matter at hand.
    """
    when = _HEARD if state.is_after_listen else "matter"
    if state.intent is not None:
        yield f"{when} intent {state.intent}", 1.0
    for entity in state.entities:
        yield f"{when} entity {entity}", 1.0
    if state.action is not None:
        yield f"action {state.action}", 1.0
    elif state.action_text is not None:
        yield f"action text {state.action_text}", 1.0
    else:
        yield "start", 1.0
    if state.active_loop is not None:
        yield f"loop {state.active_loop}", 1.0
    for name, features in state.slots:
        if not isinstance(features, str):  # what a rule says of a slot is not for policies that learn
            for number, value in enumerate(features):
                if value:
                    yield f"slot {number} {name}", value


def with_words_alone(states: Iterable[DialogueState]) -> list[DialogueState]:
    """The states, less the entities that a story marks in words: these are to be found, and not known beforehand."""
    return [state.by_text() if state.text is not None else state for state in states]


class StateColumns:
    """The columns that the states of the training dialogues have; others are not seen."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._numbers = {name: number for number, name in enumerate(self.names)}

    @classmethod
    def fit(cls, states: Iterable[DialogueState]) -> StateColumns:
        """The columns of these states, in the order in which they occur."""
        return cls(tuple(dict.fromkeys(name for state in states for name, _ in entries_of(state))))

    def has_intent_of(self, state: DialogueState) -> bool:
        """Whether any training dialogue has what the user has just said; True where they have just said nothing."""
        return not state.is_after_listen or f"{_HEARD} intent {state.intent}" in self._numbers

    def rows(self, states: Sequence[DialogueState]) -> SparseRows:
        """A row for every state."""
        indptr, indices, data = [0], [], []
        for state in states:
            for name, value in entries_of(state):
                number = self._numbers.get(name)
                if number is not None:
                    indices.append(number)
                    data.append(value)
            indptr.append(len(indices))
        return SparseRows(
            np.asarray(indptr, np.int64), np.asarray(indices, np.int64), np.asarray(data, np.float32), len(self.names)
        )

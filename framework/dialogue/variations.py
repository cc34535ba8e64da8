"""Picks one of a response's variations."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.bot.domain import ResponseCondition, ResponseVariation

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Choice:
    """A variation; ``place`` is where it stands in its response, None where there was nothing to choose."""

    variation: ResponseVariation
    place: int | None = None


class VariationPicker:
    """Picks by chance among the variations that fit best, and never the one that was said last.

    With a ``seed``, chance is the same every time: a conversation of the same messages gets the same words.
    """

    def __init__(self, responses: Mapping[str, Sequence[ResponseVariation]], seed: int | str | None = None) -> None:
        self._responses = responses
        self._seed = seed

    def pick(self, name: str, tracker: Tracker, channel: str) -> Choice | None:
        """A variation of a response for now; None where none fits."""
        every = self._responses.get(name, ())
        fitting = fitting_variations(every, tracker.slots, channel)
        if len(fitting) < 2:
            return Choice(fitting[0]) if fitting else None
        places = [place for place, variation in enumerate(every) if any(variation is each for each in fitting)]
        latest = tracker.said.variations.get(name)
        place = self._chance(name, tracker).choice([each for each in places if each != latest])
        return Choice(every[place], place)

    def _chance(self, name: str, tracker: Tracker) -> random.Random:
        if self._seed is None:
            return _CHANCE
        return random.Random(f"{self._seed} {name} {tracker.said.count}")


_CHANCE = random.Random()


def fitting_variations(
    variations: Sequence[ResponseVariation], slots: Mapping[str, Any], channel: str
) -> list[ResponseVariation]:
    """The variations to choose from, the most specific kind of which there is one.

    Kinds, best first: for this channel and under a condition that holds, for this channel, under a condition
    that holds, for anywhere.
    """
    met = [each for each in variations if each.condition and _holds(each.condition, slots)]
    unconditional = [each for each in variations if not each.condition]
    kinds = ((met, channel), (unconditional, channel), (met, None), (unconditional, None))
    for candidates, wanted in kinds:
        fitting = [each for each in candidates if each.channel == wanted]
        if fitting:
            return fitting
    return []


def _holds(conditions: Sequence[ResponseCondition], slots: Mapping[str, Any]) -> bool:
    return all(_equal(slots.get(condition.name), condition.value) for condition in conditions)


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return bool(value == wanted)

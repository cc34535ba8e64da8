"""What the bot says: picks a variation of a response, and fills the conversation's slots into it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from framework.bot.domain import Domain, ResponseCondition, ResponseVariation
from framework.dialogue.interpolation import interpolate

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker

Response = dict[str, Any]
"""One message of the bot in the keys of the domain file: ``text``, ``buttons``, ``image``, ``custom`` ..."""

_FILLED_KEYS = ("text", "image", "custom", "buttons", "attachment", "quick_replies")
_CONTENT_KEYS = (*_FILLED_KEYS, "elements", "button_type", "channel", "metadata", "id")


class ResponseGenerator(Protocol):
    """Finds words for a response: from the domain's templates, or by asking an NLG server."""

    async def generate(
        self, name: str, tracker: Tracker, channel: str, variables: Mapping[str, Any]
    ) -> Response | None:
        """The response called ``name``, or None where there is no variation to use.

        ``variables`` come on top of the slots.
        """


class TemplateResponses:
    """Says the domain's responses."""

    def __init__(self, domain: Domain) -> None:
        self._responses = domain.responses

    async def generate(
        self, name: str, tracker: Tracker, channel: str, variables: Mapping[str, Any]
    ) -> Response | None:
        """Picks one of the best fitting variations by chance and fills it."""
        eligible = fitting_variations(self._responses.get(name, ()), tracker.slots, channel)
        if not eligible:
            return None
        return _filled(random.choice(eligible), {**tracker.slots, **variables})


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


def _filled(variation: ResponseVariation, variables: Mapping[str, Any]) -> Response:
    response: Response = {}
    for key in _CONTENT_KEYS:
        value = getattr(variation, key)
        if value is None or value == ():
            continue
        if key in _FILLED_KEYS:
            value = interpolate(value, variables)
        response[key] = list(value) if isinstance(value, tuple) else value
    return response

"""What the bot says: picks a variation of a response, and fills the conversation's slots into it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from framework.bot.domain import Domain, ResponseVariation
from framework.bot.languages import in_language
from framework.conversation.said import VARIATION
from framework.dialogue.interpolation import interpolate
from framework.dialogue.language import language_of
from framework.dialogue.variations import VariationPicker
from framework.storage.ports import Service

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker

Response = dict[str, Any]
"""One message of the bot in the keys of the domain file: ``text``, ``buttons``, ``image``, ``custom`` ..."""

_FILLED_KEYS = ("text", "image", "custom", "buttons", "attachment", "quick_replies")
_CONTENT_KEYS = (*_FILLED_KEYS, "elements", "button_type", "channel", "metadata", "id")
_BUTTONS = ("buttons", "quick_replies")


class ResponseGenerator(Service):
    """Finds words for a response: from the domain's templates, by asking an NLG server, or in a way of the bot's own.

    The section ``nlg`` of ``endpoints.yml`` names it; the other keys there are those of its ``Config``.
    """

    @abstractmethod
    async def generate(
        self, name: str, tracker: Tracker, channel: str, variables: Mapping[str, Any]
    ) -> Response | None:
        """The response called ``name``, or None where there is nothing to say.

        ``variables`` come on top of the slots.
        """


class TemplateResponses(ResponseGenerator):
    """Says the domain's responses.

    ``language`` is that of the bot, for conversations of which nobody knows the language. ``seed`` makes the choice of
    variations the same every time.
    """

    def __init__(self, domain: Domain, *, language: str | None = None, seed: int | str | None = None) -> None:
        self._picker = VariationPicker(domain.responses, seed)
        self._language = language

    @override
    async def generate(
        self, name: str, tracker: Tracker, channel: str, variables: Mapping[str, Any]
    ) -> Response | None:
        """Picks one of the best fitting variations by chance and fills it."""
        choice = self._picker.pick(name, tracker, channel)
        if choice is None:
            return None
        spoken = (language_of(tracker), self._language)
        response = _filled(choice.variation, spoken, {**tracker.slots, **variables})
        return response if choice.place is None else {**response, VARIATION: choice.place}


def _filled(variation: ResponseVariation, languages: Sequence[str | None], variables: Mapping[str, Any]) -> Response:
    response: Response = {}
    for key in _CONTENT_KEYS:
        value = getattr(variation, key)
        if value is None or value == ():
            continue
        if key == "text" and variation.texts:
            value = in_language(variation.texts, languages)
        elif key in _BUTTONS:
            value = [_button(button, languages) for button in value]
        if key in _FILLED_KEYS:
            value = interpolate(value, variables)
        response[key] = list(value) if isinstance(value, tuple) else value
    return response


def _button(button: Mapping[str, Any], languages: Sequence[str | None]) -> dict[str, Any]:
    title = button.get("title")
    return {**button, "title": in_language(title, languages)} if isinstance(title, Mapping) and title else dict(button)

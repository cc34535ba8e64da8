"""What is asked of Duckling, and who can be asked."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

Match = dict[str, Any]
"""A finding in Duckling's own JSON: ``body``, ``start``, ``end``, ``dim``, ``value``, ``latent``."""


class Settings(msgspec.Struct, frozen=True):
    """How a bot's messages are read. ``timezone`` None leaves it to Duckling, as does no dimension at all."""

    locale: str
    timezone: str | None
    dimensions: tuple[str, ...]


class Question(msgspec.Struct, frozen=True):
    """A message, and the time in seconds since 1970 from which "tomorrow" counts."""

    text: str
    reference: int
    settings: Settings


class Duckling(Protocol):
    """Something that answers questions."""

    def parse(self, question: Question, timeout: float) -> list[Match]:
        """All that is found in the text, from left to right.

        Raises:
            OSError: no answer within ``timeout`` seconds, or none that makes sense.
        """

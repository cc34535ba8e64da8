"""Which language a conversation is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from framework.conversation.tracker import Tracker

LANGUAGE_SLOT = "language"


def language_of(tracker: Tracker) -> str | None:
    """The language that the bot is to speak now; None where nobody knows.

    The slot ``language`` decides, if the bot has it and it is set, and else the latest message of which the language is
    known: a button that was pressed has none.
    """
    chosen = tracker.slots.get(LANGUAGE_SLOT)
    return chosen if isinstance(chosen, str) and chosen else tracker.latest_language

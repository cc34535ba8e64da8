"""Do responses that are written in several languages have all that the bot speaks?"""

from __future__ import annotations

from framework.bot.bot import Bot
from framework.bot.languages import is_variety_of_any
from framework.bot.problems import Problems


def check_languages(bot: Bot, problems: Problems) -> None:
    """Reports texts by language that lack one in which another response is written."""
    variations = [(name, each) for name, group in bot.domain.responses.items() for each in group if each.texts]
    spoken = dict.fromkeys(code for _, variation in variations for code in variation.texts)
    for name, variation in variations:
        missing = [code for code in spoken if not is_variety_of_any(code, variation.texts)]
        if missing:
            listed = ", ".join(repr(code) for code in missing)
            problems.warning(
                "missing-language",
                f"response {name!r} has no text in {listed}, which other responses have",
                variation.where,
                f"add `{missing[0]}: ...` to its text",
            )

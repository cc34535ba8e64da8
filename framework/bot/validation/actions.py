"""Do stories and mappings use actions that exist?"""

from __future__ import annotations

from framework.bot.bot import Bot
from framework.bot.problems import Problems
from framework.bot.validation.suggestion import suggest
from framework.bot.validation.usage import Places, usage_of


def check_actions(bot: Bot, problems: Problems) -> None:
    """Reports actions that the domain does not have.

    A name that starts with ``action_`` is an error; one that does not is a warning, as in Rasa, where such bots train.
    Missing responses are found with the responses.
    """
    known = bot.domain.action_names
    loops = usage_of(bot.stories).loops
    for name, where in _named_actions(bot).items():
        if name in known or name in loops or name.startswith("utter_"):
            continue
        report = problems.error if name.startswith("action_") else problems.warning
        report(
            "unknown-action",
            f"action {name!r} is not in the domain",
            where,
            suggest(name, known, "add it to `actions:` of the domain"),
        )


def _named_actions(bot: Bot) -> Places:
    places = dict(usage_of(bot.stories).actions)
    for slot in bot.domain.slots.values():
        for mapping in slot.mappings:
            if mapping.action is not None:
                places.setdefault(mapping.action, mapping.where)
    return places

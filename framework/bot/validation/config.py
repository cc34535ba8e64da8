"""Is everything said that must be said of a bot as a whole?"""

from __future__ import annotations

from framework.bot.bot import Bot
from framework.bot.domain import DEFAULT_INTENTS
from framework.bot.problems import Problems

ASSISTANT_ID_PLACEHOLDER = "placeholder_default"


def check_config(bot: Bot, problems: Problems) -> None:
    """Reports missing keys of the config, and an empty domain."""
    config = bot.config
    if config.assistant_id is None:
        problems.warning(
            "incomplete-config",
            "the config has no 'assistant_id', so events cannot be told from those of other bots",
            config.where,
            "add `assistant_id:` with a name of your own",
        )
    elif config.assistant_id == ASSISTANT_ID_PLACEHOLDER:
        problems.warning(
            "incomplete-config",
            f"'assistant_id' still has the value {ASSISTANT_ID_PLACEHOLDER!r}",
            config.where,
            "give the bot a name of its own",
        )
    if config.language is None:
        problems.warning(
            "incomplete-config", "the config has no 'language'", config.where, "add `language: en`, or another code"
        )
    if _is_empty(bot):
        report = problems.error if bot.stories.stories or bot.stories.rules else problems.warning
        report("empty-domain", "the domain is empty, so there is nothing to say and nothing to do", None, "add intents")


def _is_empty(bot: Bot) -> bool:
    domain = bot.domain
    return not (domain.intents.keys() - set(DEFAULT_INTENTS) or domain.entities or domain.responses or domain.actions)

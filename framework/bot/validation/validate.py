"""Runs all checks of a bot."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from framework.bot.bot import Bot
from framework.bot.problems import Problems
from framework.bot.validation.actions import check_actions
from framework.bot.validation.config import check_config
from framework.bot.validation.entities import check_entities
from framework.bot.validation.examples import check_examples
from framework.bot.validation.forms import check_forms
from framework.bot.validation.intents import check_intents
from framework.bot.validation.joints import check_checkpoints
from framework.bot.validation.languages import check_languages
from framework.bot.validation.pipeline import check_pipeline
from framework.bot.validation.policies import check_policies
from framework.bot.validation.responses import check_responses
from framework.bot.validation.slots import check_slots
from framework.errors import Problem

_CHECKS: tuple[Callable[[Bot, Problems], None], ...] = (
    check_config,
    check_pipeline,
    check_policies,
    check_intents,
    check_examples,
    check_entities,
    check_slots,
    check_forms,
    check_actions,
    check_responses,
    check_languages,
    check_checkpoints,
)

_NLU_CHECKS = (check_config, check_pipeline, check_intents, check_examples, check_entities)


def validate_bot(bot: Bot) -> list[Problem]:
    """Returns everything that does not fit together in a bot.

    What the readers found is in ``bot.problems`` and is not repeated here. Contradictions between rules and
    stories need the dialogue machinery and are found there.
    """
    return _run(_CHECKS, bot)


def validate_nlu(bot: Bot) -> list[Problem]:
    """Returns what does not fit together in the part of a bot that understands messages."""
    return _run(_NLU_CHECKS, bot)


def _run(checks: Iterable[Callable[[Bot, Problems], None]], bot: Bot) -> list[Problem]:
    problems = Problems()
    for check in checks:
        check(bot, problems)
    return list(problems.all())

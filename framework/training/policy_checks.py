"""Checks of the policies as a whole: priorities, and whether rules and forms have a policy that follows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from framework.bot.bot import Bot
from framework.errors import Problem, Severity
from framework.model.config import ConfiguredComponent


def check_policies(bot: Bot, policies: Sequence[ConfiguredComponent]) -> list[Problem]:
    """What is wrong, or probably not meant, in policies that are each configured rightly."""
    return [*_priorities(policies), *_rules(bot, policies)]


def _priorities(policies: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    for first, second in combinations(policies, 2):
        priority = getattr(second.config, "priority", None)
        if getattr(first.config, "priority", None) == priority:
            yield Problem(
                code="equal-priorities",
                what=f"{first.name} and {second.name} both have the priority {priority}",
                where=second.where,
                fix="give them different priorities, so that a tie between them has a winner by intention",
                severity=Severity.WARNING,
            )


def _rules(bot: Bot, policies: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    if any(policy.cls.reads_rules for policy in policies):
        return
    if bot.domain.forms:
        form = next(iter(bot.domain.forms.values()))
        yield _no_rule_policy(f"the domain has the form {form.name!r}", form, Severity.ERROR)
    if bot.stories.rules:
        yield _no_rule_policy("the bot has rules", bot.stories.rules[0], Severity.WARNING)


def _no_rule_policy(what: str, at: object, severity: Severity) -> Problem:
    return Problem(
        code="no-rule-policy",
        what=f"{what}, and no policy follows rules",
        where=getattr(at, "where", None),
        fix="add 'name: RulePolicy' to the policies in config.yml",
        severity=severity,
    )

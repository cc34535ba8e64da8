"""Do the policies fit the stories, rules and forms?"""

from __future__ import annotations

from framework.bot.bot import Bot
from framework.bot.config import ComponentEntry
from framework.bot.defaults import DEFAULT_POLICIES
from framework.bot.problems import Problems
from framework.bot.validation.pipeline import short_name

_PRIORITIES = {
    "RulePolicy": 4,
    "MemoizationPolicy": 3,
    "AugmentedMemoizationPolicy": 3,
    "UnexpecTEDIntentPolicy": 2,
    "TEDPolicy": 1,
}


def check_policies(bot: Bot, problems: Problems) -> None:
    """Reports forms and rules without a rule policy, and policies of equal priority."""
    policies = DEFAULT_POLICIES if bot.config.policies is None else bot.config.policies
    _check_priorities(policies, problems)
    rule_policy = next((entry for entry in policies if short_name(entry).endswith("RulePolicy")), None)
    if rule_policy is None:
        _check_without_rules(bot, policies, problems)
    elif bot.config.policies is not None and bot.stories.stories and not bot.stories.rules:
        problems.note(
            "missing-policy",
            "the policies include 'RulePolicy', but there are no rules; it handles forms and default actions only",
            rule_policy.where,
        )


def _check_without_rules(bot: Bot, policies: tuple[ComponentEntry, ...], problems: Problems) -> None:
    where = policies[0].where if policies else bot.config.where
    form = next(iter(bot.domain.forms.values()), None)
    if form is not None:
        problems.error(
            "missing-policy",
            f"the domain has the form {form.name!r}, but the policies do not include 'RulePolicy', which runs forms",
            where,
            "add `- name: RulePolicy` to `policies:`",
        )
    elif bot.stories.rules:
        problems.warning(
            "missing-policy",
            "there are rules, but the policies do not include 'RulePolicy', so they have no effect",
            where,
            "add `- name: RulePolicy` to `policies:`",
        )
    elif bot.stories.stories:
        problems.warning(
            "missing-policy",
            "the policies do not include 'RulePolicy', so the intents 'restart' and 'back' do nothing",
            where,
            "add `- name: RulePolicy` to `policies:`",
        )


def _check_priorities(policies: tuple[ComponentEntry, ...], problems: Problems) -> None:
    seen: dict[object, ComponentEntry] = {}
    for entry in policies:
        priority = entry.options.get("priority", _PRIORITIES.get(short_name(entry)))
        if priority is None:
            continue
        other = seen.setdefault(priority, entry)
        if other is not entry:
            problems.warning(
                "same-priority",
                f"{short_name(other)!r} and {short_name(entry)!r} have the same priority {priority};"
                " of equal predictions, that of the first in the list holds",
                entry.where,
                "give one of them another `priority:`",
            )

"""Do forms require slots that exist, and do stories use forms that exist?"""

from __future__ import annotations

from framework.bot.bot import Bot
from framework.bot.domain import DEFAULT_ACTIONS
from framework.bot.problems import Problems
from framework.bot.validation.suggestion import suggest
from framework.bot.validation.usage import usage_of


def check_forms(bot: Bot, problems: Problems) -> None:
    """Reports required slots and active loops that the domain does not have."""
    domain = bot.domain
    for form in domain.forms.values():
        for slot in form.required_slots:
            if slot not in domain.slots:
                problems.error(
                    "unknown-slot",
                    f"form {form.name!r} requires slot {slot!r}, which is not in the domain",
                    form.where,
                    suggest(slot, domain.slots, "add it to `slots:` of the domain"),
                )
        for intent in form.ignored_intents:
            if intent not in domain.intents:
                problems.warning(
                    "unknown-intent",
                    f"form {form.name!r} ignores intent {intent!r}, which is not in the domain",
                    form.where,
                    suggest(intent, domain.intents, "add it to `intents:` of the domain"),
                )
    for name, where in usage_of(bot.stories).loops.items():
        if name not in domain.forms and name not in domain.actions and name not in DEFAULT_ACTIONS:
            problems.error(
                "unknown-form",
                f"form {name!r} is used in a story or rule, but is not in the domain",
                where,
                suggest(name, domain.forms, "add it to `forms:` of the domain"),
            )

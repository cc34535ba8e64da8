"""Do domain, training data and stories name the same intents?"""

from __future__ import annotations

from collections import Counter

from framework.bot.bot import Bot
from framework.bot.domain import DEFAULT_INTENTS
from framework.bot.problems import Problems
from framework.bot.validation.suggestion import suggest
from framework.bot.validation.usage import usage_of
from framework.errors import Location

_ENOUGH_EXAMPLES = 2
_TRIGGERED_FROM_OUTSIDE = "EXTERNAL_"
"""How the names begin, by custom, of intents that nobody says: reminders and other systems trigger them."""


def check_intents(bot: Bot, problems: Problems) -> None:
    """Reports intents that one of the three knows and another does not."""
    own = {name: intent for name, intent in bot.domain.intents.items() if name not in DEFAULT_INTENTS}
    if own:
        _check_against_domain(bot, problems)
    used = usage_of(bot.stories).intents
    counts = Counter(example.intent_name for example in bot.nlu.examples)
    for name, intent in own.items():
        if bot.nlu.examples and not counts[name] and not name.startswith(_TRIGGERED_FROM_OUTSIDE):
            problems.warning(
                "intent-without-examples",
                f"intent {name!r} has no examples, so it can only be triggered by name",
                intent.where,
                "add examples, or remove the intent",
            )
        if used and name not in used:
            problems.warning(
                "unused-intent",
                f"intent {name!r} is not used in any story or rule",
                intent.where,
                "write a rule for it",
            )
    _check_numbers(bot, problems)


def _check_against_domain(bot: Bot, problems: Problems) -> None:
    known = bot.domain.intents
    for name, where in usage_of(bot.stories).intents.items():
        if name not in known:
            problems.warning(
                "unknown-intent",
                f"intent {name!r} is used in a story or rule, but is not in the domain",
                where,
                suggest(name, known, "add it to `intents:` of the domain"),
            )
    for name, where in _first_places(bot).items():
        if name not in known:
            problems.warning(
                "unknown-intent",
                f"intent {name!r} has examples, but is not in the domain",
                where,
                "add it to `intents:` of the domain",
            )


def _first_places(bot: Bot) -> dict[str, Location | None]:
    places: dict[str, Location | None] = {}
    for example in bot.nlu.examples:
        if example.intent_name:
            places.setdefault(example.intent_name, example.where)
    return places


def _check_numbers(bot: Bot, problems: Problems) -> None:
    counts = Counter(example.intent for example in bot.nlu.examples if example.intent)
    for example in bot.nlu.examples:
        if example.intent and counts[example.intent] < _ENOUGH_EXAMPLES:
            problems.warning(
                "few-examples",
                f"intent {example.intent!r} has one example only; the model needs at least two to learn it",
                example.where,
                "add more examples",
            )

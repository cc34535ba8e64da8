"""Does the domain know the entities of examples and stories?"""

from __future__ import annotations

from collections import Counter

from framework.bot.bot import Bot
from framework.bot.problems import Problems
from framework.bot.validation.suggestion import suggest
from framework.bot.validation.usage import usage_of

_ENOUGH_EXAMPLES = 2


def check_entities(bot: Bot, problems: Problems) -> None:
    """Reports entities that the domain does not have, or that occur too rarely to be learnt."""
    places = dict(usage_of(bot.stories).entities)
    counts: Counter[str] = Counter()
    for example in bot.nlu.examples:
        for entity in example.entities:
            places.setdefault(entity.entity, example.where)
            counts[entity.entity] += 1
    known = bot.domain.entities
    has_domain = bool(known or bot.domain.responses or bot.domain.actions)
    for name, where in places.items():
        if has_domain and name not in known:
            problems.warning(
                "unknown-entity",
                f"entity {name!r} is not in the domain, so it has no influence on the conversation",
                where,
                suggest(name, known, "add it to `entities:` of the domain"),
            )
        if 0 < counts[name] < _ENOUGH_EXAMPLES:
            problems.warning(
                "few-examples",
                f"entity {name!r} occurs in one example only; the model needs at least two to learn it",
                where,
                "add more examples",
            )

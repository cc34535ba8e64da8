"""Finds names in test stories that a model's domain does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from framework.bot.domain import Domain
from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER
from framework.bot.stories import Story, StoryData
from framework.bot.validation.usage import Places, usage_of
from framework.errors import Problem, Severity, one_of


def check_names(stories: Iterable[Story], domain: Domain) -> list[Problem]:
    """A warning for each name that is not in the domain: its step cannot go as written."""
    usage = usage_of(StoryData(stories=tuple(stories)))
    actions = {name.partition(RESPONSE_KEY_DELIMITER)[0]: where for name, where in usage.actions.items()}
    return [
        *_unknown("intent", usage.intents, domain.intents),
        *_unknown("action", actions, domain.action_names),
        *_unknown("slot", usage.slots, domain.slots),
    ]


def _unknown(kind: str, used: Places, known: Iterable[str]) -> Iterator[Problem]:
    names = frozenset(known)
    for name, where in used.items():
        if name not in names:
            what = f"{kind} {name!r} is not in the domain of the model"
            fix = one_of(name, names)
            yield Problem(code=f"unknown-{kind}", what=what, where=where, fix=fix, severity=Severity.WARNING)

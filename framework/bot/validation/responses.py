"""Are the responses that a bot uses defined, and those it defines used?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from framework.bot.bot import Bot
from framework.bot.domain import Domain
from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER
from framework.bot.problems import Problems
from framework.bot.validation.suggestion import suggest
from framework.bot.validation.usage import usage_of

_SAID_BY_DEFAULT_ACTIONS = frozenset(
    (
        "utter_default",
        "utter_restart",
        "utter_back",
        "utter_ask_rephrase",
        "utter_ask_affirmation",
        "utter_please_rephrase",
    )
)

_RESPONSE_NAME = re.compile(r"\butter_\w+")


def check_responses(bot: Bot, problems: Problems) -> None:
    """Reports responses that are used and not defined, or defined and not used."""
    domain = bot.domain
    known = set(domain.action_names)
    used = usage_of(bot.stories).actions
    for name, where in used.items():
        if name.startswith("utter_") and (name not in known or _is_only_listed(name, domain)):
            problems.warning(
                "unknown-response",
                f"response {name!r} is used, but not defined",
                where,
                suggest(name, domain.responses, "add it to `responses:` of the domain"),
            )
    if not used:
        return
    asked = set(_asked_by_forms(domain))
    said_in_python = _named_in_python(bot.paths.folder) if domain.actions else set()
    # Actions that run elsewhere may say any response, which nobody can tell from the files.
    report = problems.note if domain.actions else problems.warning
    for name, variations in domain.responses.items():
        if name in used or name in asked or name in said_in_python or name in _SAID_BY_DEFAULT_ACTIONS:
            continue
        if RESPONSE_KEY_DELIMITER in name:
            continue
        where = variations[0].where if variations else None
        report("unused-response", f"response {name!r} is not used in any story, rule or form", where, "remove it")


def _is_only_listed(name: str, domain: Domain) -> bool:
    """Whether a name stands under ``actions:`` but has no text anywhere."""
    retrieval = {f"utter_{intent}" for intent in domain.retrieval_intents}
    return name in domain.actions and name not in domain.responses and name not in retrieval


def _named_in_python(folder: Path) -> set[str]:
    """The responses that the bot's own actions name, by the look of it."""
    files = [*folder.glob("actions.py"), *folder.glob("actions/**/*.py")]
    return {name for file in files for name in _RESPONSE_NAME.findall(file.read_text("utf-8", errors="replace"))}


def _asked_by_forms(domain: Domain) -> Iterator[str]:
    for form in domain.forms.values():
        for slot in form.required_slots:
            yield f"utter_ask_{slot}"
            yield f"utter_ask_{form.name}_{slot}"

"""Does every example belong to one intent only, and every retrieval intent have its answers?"""

from __future__ import annotations

from framework.bot.bot import Bot
from framework.bot.nlu_data import Example
from framework.bot.problems import Problems
from framework.bot.validation.suggestion import suggest


def check_examples(bot: Bot, problems: Problems) -> None:
    """Reports examples of several intents, and response keys without a response."""
    _check_ambiguous(bot, problems)
    _check_response_keys(bot, problems)


def _check_ambiguous(bot: Bot, problems: Problems) -> None:
    first: dict[str, Example] = {}
    reported: set[str] = set()
    for example in bot.nlu.examples:
        if not example.intent:
            continue
        known = first.setdefault(example.text, example)
        if known.intent == example.intent or example.text in reported:
            continue
        reported.add(example.text)
        problems.warning(
            "ambiguous-example",
            f"{example.text!r} is an example of both {known.intent!r}{_place(known)} and {example.intent!r}",
            example.where,
            "keep it in one of them",
        )


def _place(example: Example) -> str:
    return f" ({example.where.file}:{example.where.line})" if example.where else ""


def _check_response_keys(bot: Bot, problems: Problems) -> None:
    reported: set[str] = set()
    for example in bot.nlu.examples:
        intent = example.intent
        if not intent or not example.response_key or intent in reported:
            continue
        if f"utter_{intent}" not in bot.domain.responses:
            reported.add(intent)
            problems.warning(
                "unknown-response",
                f"there is no response 'utter_{intent}' for the examples of {intent!r}",
                example.where,
                suggest(f"utter_{intent}", bot.domain.responses, f"add `utter_{intent}:` to `responses:`"),
            )

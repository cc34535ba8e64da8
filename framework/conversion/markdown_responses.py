"""Responses of retrieval intents in the Markdown of Rasa 1.x and 2.x.

Below any heading, ``* faq/ask_price`` has a list of what may be answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from framework.bot.domain import ResponseVariation
from framework.bot.problems import Problems
from framework.bot.responses import Responses
from framework.conversion.markdown import Line

_QUESTION = re.compile(r"[^\s{}:/]+/[^\s{}:]+")
_ACTION = re.compile(r"[\w.+/-]+(\{.*\})?")


def is_markdown_responses(lines: Sequence[Line]) -> bool:
    """Whether all that users ask are retrieval intents, and what is answered is not the names of actions."""
    questions = [line for line in lines if line.mark == "*"]
    answers = [line for line in lines if line.mark == "-"]
    return (
        bool(questions)
        and all(_QUESTION.fullmatch(line.text) for line in questions)
        and any(not _ACTION.fullmatch(line.text) for line in answers)
    )


def read_markdown_responses(lines: Sequence[Line], problems: Problems) -> Responses:
    """Reads the lines of a file; the response to ``faq/ask_price`` is ``utter_faq/ask_price``."""
    found: dict[str, list[ResponseVariation]] = {}
    answers: list[ResponseVariation] | None = None
    for line in lines:
        if line.mark == "*":
            answers = found.setdefault(f"utter_{line.text}", [])
        elif line.mark == "-" and answers is not None:
            answers.append(ResponseVariation(text=line.text, where=line.where))
        elif not line.mark.startswith("#"):
            problems.error(
                "invalid-response",
                f"this is no answer to a question: {line.text!r}",
                line.where,
                "write `* intent/key` above the answers, and '- ' before each",
            )
    return {name: tuple(variations) for name, variations in found.items() if variations}

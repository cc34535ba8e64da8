"""Stories and test stories in the Markdown of Rasa 0.x to 2.x.

A story is a heading with steps below it::

    ## a story
    > a_checkpoint
    * inform{"city": "Lima"} OR deny
      - slot{"city": "Lima"}
      - form{"name": "order_form"}
      - utter_done
    * greet: hello there
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from framework.bot.annotations import parse_annotations
from framework.bot.problems import Problems
from framework.bot.stories import (
    ActionStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    SlotStep,
    Step,
    StepEntity,
    Story,
    UserStep,
)
from framework.conversion.markdown import Line

_STEP = re.compile(r"([^{}\[\]]+?)\s*([{\[].*)?")
_MESSAGE = re.compile(r"(/?[^\s{}:]+(?:\{.*?\})?)\s*:\s+(.+)")
_BY_FORM = re.compile(r"form:\s.*")
_NAMES = re.compile(r"/?[\w.+/-]+(?:[{\[].*)?")
_RESPONDS = "respond_"
_LOOPS = ("form", "active_loop")
_EVENTS = frozenset(
    (
        "user",
        "bot",
        "restart",
        "rewind",
        "reset_slots",
        "reminder",
        "cancel_reminder",
        "undo",
        "export",
        "followup",
        "pause",
        "resume",
        "agent",
        "form_validation",
        "loop_interrupted",
        "action_execution_rejected",
        "session_started",
    )
)


def is_markdown_stories(lines: Sequence[Line]) -> bool:
    """Whether a file has headings, and what users say are intents."""
    users = [line for line in lines if line.mark == "*"]
    return any(line.mark == "##" for line in lines) and bool(users) and all(map(_is_of_user, users))


def read_markdown_stories(lines: Iterable[Line], problems: Problems) -> Iterator[Story]:
    """Reads the stories of a file."""
    heading: Line | None = None
    steps: list[Step] = []
    for line in lines:
        if line.mark.startswith("#"):
            yield from _story(heading, steps, problems)
            heading, steps = line, []
        elif heading is not None:
            steps += _read_step(line, problems)
    yield from _story(heading, steps, problems)


def has_messages(stories: Iterable[Story]) -> bool:
    """Whether stories have the words of users, which makes them test stories."""
    return any(isinstance(step, UserStep) and step.text is not None for story in stories for step in story.steps)


def _is_of_user(line: Line) -> bool:
    is_whole = _MESSAGE.fullmatch(line.text) or _BY_FORM.fullmatch(line.text)
    return is_whole is not None or all(_NAMES.fullmatch(option.strip()) for option in line.text.split(" OR "))


def _story(heading: Line | None, steps: list[Step], problems: Problems) -> Iterator[Story]:
    if heading is None or (not steps and heading.mark == "#"):
        return
    if not steps:
        problems.warning("missing-key", f"story {heading.text!r} is left out: it has no steps", heading.where)
        return
    yield Story(
        name=heading.text or f"line {heading.where.line}", steps=tuple(_with_responses(steps)), where=heading.where
    )


def _with_responses(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps with answers to retrieval intents by their name since 2.0: ``utter_faq`` for ``respond_faq``."""
    intents = {_RESPONDS + (step.intent or "").partition("/")[0] for step in steps if isinstance(step, UserStep)}
    for step in steps:
        if isinstance(step, ActionStep) and step.name in intents:
            yield replace(step, name=f"utter_{step.name.removeprefix(_RESPONDS)}")
        else:
            yield step


def _read_step(line: Line, problems: Problems) -> list[Step]:
    if line.mark in ("*", "-") and _BY_FORM.fullmatch(line.text):
        return []  # what a form itself asked and was told, which a story does not tell
    if line.mark == "*":
        return _user(line, problems)
    if line.mark == "-":
        return _event(line, problems)
    name, parameters = _split(line.text, line, problems)
    if line.mark == ">":
        conditions = tuple(_slots(parameters, line))
        return [CheckpointStep(name=name, conditions=conditions, where=line.where)]
    problems.error(
        "invalid-step", f"{line.text!r} is no step", line.where, "steps start with '*', '-' or '>', stories with '##'"
    )
    return []


def _user(line: Line, problems: Problems) -> list[Step]:
    message = _MESSAGE.fullmatch(line.text)
    if message is not None:
        return [_message(message.group(1), message.group(2), line, problems)]
    options = [_intent(option, line, problems) for option in re.split(r"\s+OR\s+", line.text)]
    if len(options) == 1:
        return [options[0]]
    return [OrStep(options=tuple((option,) for option in options), where=line.where)]


def _message(intent: str, text: str, line: Line, problems: Problems) -> UserStep:
    def report(message: str) -> None:
        problems.error("invalid-annotation", message, line.where)

    step = _intent(intent, line, problems)
    plain, annotations = parse_annotations(text, report)
    marked = tuple(map(StepEntity.of_annotation, annotations))
    return UserStep(intent=step.intent, text=plain, entities=marked or step.entities, where=line.where)


def _intent(text: str, line: Line, problems: Problems) -> UserStep:
    name, parameters = _split(text, line, problems)
    if isinstance(parameters, list):
        entities = [
            StepEntity(
                entity=str(item["entity"]), value=item.get("value"), role=item.get("role"), group=item.get("group")
            )
            for item in parameters
            if isinstance(item, dict) and "entity" in item
        ]
    else:
        entities = [StepEntity(entity=key, value=value) for key, value in parameters.items()]
    return UserStep(intent=name.removeprefix("/"), entities=tuple(entities), where=line.where)


def _event(line: Line, problems: Problems) -> list[Step]:
    name, parameters = _split(line.text, line, problems)
    if name == "slot":
        return list(_slots(parameters, line))
    if name in _LOOPS and isinstance(parameters, dict):
        loop = parameters.get("name")
        return [LoopStep(name=None if loop is None else str(loop), where=line.where)]
    if name in _EVENTS:
        problems.warning("invalid-step", f"event {name!r} is left out: stories cannot tell it any more", line.where)
        return []
    return [ActionStep(name=name, where=line.where)]


def _slots(parameters: Any, line: Line) -> Iterator[SlotStep]:
    if isinstance(parameters, dict):
        yield from (SlotStep(name=name, value=value, where=line.where) for name, value in parameters.items())


def _split(text: str, line: Line, problems: Problems) -> tuple[str, dict[str, Any] | list[Any]]:
    """A name and the JSON behind it."""
    match = _STEP.fullmatch(text.strip())
    if match is None:
        problems.error(
            "invalid-step", f"{text!r} is no step", line.where, "write a name, and JSON behind it if need be"
        )
        return text, {}
    if match.group(2) is None:
        return match.group(1), {}
    try:
        parameters: dict[str, Any] | list[Any] = json.loads(match.group(2))
    except json.JSONDecodeError as error:
        problems.error("invalid-step", f"not valid JSON behind {match.group(1)!r}: {error.msg}", line.where)
        return match.group(1), {}
    return match.group(1), parameters

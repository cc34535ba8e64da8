"""Writes test stories back as YAML, with a comment at each step where the model went another way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from framework.bot.annotations import mark_entities
from framework.bot.nlu_data import EntityAnnotation
from framework.bot.scalars import resolve
from framework.bot.stories import ActionStep, BotStep, LoopStep, SlotStep, UserStep
from framework.evaluation.played import GivenStep, HeardMessage, PlayedScript, PlayedStep, PredictedAction
from framework.evaluation.scripts import ScriptStep
from framework.evaluation.understanding import entities_of

_PLAIN = re.compile(r"\w(?:[\w ,;'?!()@/+.-]*[\w'?!.)])?")
_WORDS_OF_YAML_1_1 = frozenset(("y", "n", "yes", "no", "on", "off"))


def write_played(stories: Iterable[PlayedScript], if_none: str) -> str:
    """The stories as a file of test stories; the comment ``if_none`` where there are none."""
    blocks = ["\n".join(_story(story)) for story in stories]
    if not blocks:
        return f"# {if_none}\n"
    return "\n\n".join(['version: "3.1"\nstories:', *blocks]) + "\n"


def _story(story: PlayedScript) -> Iterator[str]:
    where = story.script.where
    comment = f"  # {where.file}:{where.line}" if where is not None else ""
    yield f"- story: {_scalar(story.script.name)}{comment}"
    yield "  steps:"
    for step in story.steps:
        yield from (f"  {'- ' if first else '  '}{line}" for first, line in _marked(_lines(step)))


def _marked(lines: Iterable[str]) -> Iterator[tuple[bool, str]]:
    for number, line in enumerate(lines):
        yield number == 0, line


def _lines(played: PlayedStep) -> Iterator[str]:
    match played:
        case PredictedAction(step=None) if played.is_right:
            return
        case PredictedAction():
            yield _action(played.step, played.expected) + _comment(_prediction(played))
        case HeardMessage():
            yield from _user(played.step, "" if played.is_understood else _understanding(played))
        case GivenStep(step=UserStep() as step):
            yield from _user(step, "")
        case GivenStep(step=step):
            yield from _given(step)


def _given(step: ScriptStep) -> Iterator[str]:
    match step:
        case SlotStep():
            yield "slot_was_set:"
            value = f": {_value(step.value)}" if step.has_value else ""
            yield f"- {_scalar(step.name)}{value}"
        case LoopStep():
            yield f"active_loop: {'null' if step.name is None else _scalar(step.name)}"
        case ActionStep() | BotStep():
            yield _action(step, "")


def _action(step: ActionStep | BotStep | None, implied: str) -> str:
    if isinstance(step, BotStep):
        return f"bot: {_scalar(step.text)}"
    return f"action: {_scalar(step.name if step else implied)}"


def _prediction(action: PredictedAction) -> str:
    before = "action_unlikely_intent, then " if action.follows_unlikely_intent else ""
    return "" if action.is_right and not before else f"predicted: {before}{action.predicted}"


def _user(step: UserStep, understanding: str) -> Iterator[str]:
    comment = _comment(understanding)
    if step.text is not None:
        yield f"user: {_scalar(_with_entities(step.text, entities_of(step)))}{'' if step.intent else comment}"
    if step.intent is not None:
        yield f"intent: {_scalar(step.intent)}{comment}"
    unmarked = [entity for entity in entities_of(step) if "start" not in entity]
    if unmarked:
        yield "entities:"
        yield from (f"- {_unmarked(entity)}" for entity in unmarked)


def _understanding(heard: HeardMessage) -> str:
    return f"predicted: {heard.intent}: {_with_entities(heard.step.text or '', heard.entities)}"


def _with_entities(text: str, entities: Iterable[Mapping[str, Any]]) -> str:
    """The text with its entities marked; those that overlap with others are listed behind it."""
    placed = [entity for entity in entities if "start" in entity and not text.startswith("/")]
    try:
        return mark_entities(text, [EntityAnnotation(**{"value": None, **entity}) for entity in placed])
    except ValueError:
        return f"{text} {json.dumps(placed, ensure_ascii=False)}"


def _unmarked(entity: Mapping[str, Any]) -> str:
    if "value" not in entity:
        return _scalar(entity["entity"])
    kind = entity["entity"]
    parts = {kind: entity["value"], **{key: entity[key] for key in ("role", "group") if key in entity}}
    return json.dumps(parts, ensure_ascii=False)


def _value(value: Any) -> str:
    return _scalar(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _comment(text: str) -> str:
    return f"  # {' '.join(text.split())}" if text else ""


def _scalar(text: str) -> str:
    """A YAML scalar: bare where every reader takes it for this text, else in double quotes."""
    is_plain = _PLAIN.fullmatch(text) and resolve(text) == text and text.lower() not in _WORDS_OF_YAML_1_1
    return text if is_plain else json.dumps(text, ensure_ascii=False)

"""Compares what a turn should bring with what it brought, as a diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from framework.conversation.events import BotUttered, Event, SlotSet
from framework.errors import Location
from framework.evaluation.e2e_cases import BotSays, BotUtters, Expectation, SlotIsNotSet, SlotIsSet

DiffKind = Literal["same", "missing", "unexpected"]
_Message = BotSays | BotUtters
_WORDLESS = ("image", "attachment", "custom", "elements", "quick_replies", "buttons")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a diff: something that is as expected, is missing, or happened instead."""

    kind: DiffKind
    text: str
    where: Location | None = None

    def __str__(self) -> str:
        return {"same": "  ", "missing": "+ ", "unexpected": "- "}[self.kind] + self.text


def compare_turn(expected: Sequence[Expectation], events: Sequence[Event]) -> list[DiffLine]:
    """The diff of a turn.

    The messages of the bot must be those that are expected, in their order; where none is expected, any may come.
    Slots must, or must not, take their values somewhere in the turn.
    """
    said = [event for event in events if isinstance(event, BotUttered)]
    wanted = [step for step in expected if isinstance(step, BotSays | BotUtters)]
    pairs = _align(wanted, said) if wanted else []
    lines: list[DiffLine] = []
    for step in expected:
        if isinstance(step, SlotIsSet | SlotIsNotSet):
            lines += _slot_lines(step, events)
            continue
        while pairs:
            message, utterance = pairs.pop(0)
            lines.append(_message_line(message, utterance))
            if message is step:
                break
    lines += [_message_line(message, utterance) for message, utterance in pairs]
    return lines


def _message_line(message: _Message | None, utterance: BotUttered | None) -> DiffLine:
    if message is None:
        return DiffLine("unexpected", _spoken(utterance) if utterance is not None else "")
    kind: DiffKind = "missing" if utterance is None else "same"
    text = f"bot: {message.text}" if isinstance(message, BotSays) else f"utter: {message.response}"
    return DiffLine(kind, text, message.where)


def _align(wanted: Sequence[_Message], said: Sequence[BotUttered]) -> list[tuple[_Message | None, BotUttered | None]]:
    """Pairs as many messages as possible in order (a longest common subsequence); the rest stand alone."""
    rows, columns = len(wanted), len(said)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            match = _is(wanted[row], said[column])
            best[row][column] = (
                best[row + 1][column + 1] + 1 if match else max(best[row + 1][column], best[row][column + 1])
            )
    pairs: list[tuple[_Message | None, BotUttered | None]] = []
    row = column = 0
    while row < rows or column < columns:
        if row < rows and column < columns and _is(wanted[row], said[column]):
            pairs.append((wanted[row], said[column]))
            row, column = row + 1, column + 1
        elif column == columns or (row < rows and best[row + 1][column] >= best[row][column + 1]):
            pairs.append((wanted[row], None))
            row += 1
        else:
            pairs.append((None, said[column]))
            column += 1
    return pairs


def _is(message: _Message, utterance: BotUttered) -> bool:
    if isinstance(message, BotSays):
        return message.text == (utterance.text or "").strip()
    return message.response == _response_of(utterance)


def _response_of(utterance: BotUttered) -> str | None:
    name: str | None = (utterance.metadata or {}).get("utter_action")
    return name


def _spoken(utterance: BotUttered) -> str:
    """What the bot said, and by which response."""
    response = _response_of(utterance)
    text = (utterance.text or "").strip()
    if not text:
        content = next((f"({kind})" for kind in _WORDLESS if utterance.data.get(kind)), "(nothing)")
        return f"utter: {response}  {content}" if response else f"bot: {content}"
    return f"bot: {text}" + (f"  ({response})" if response else "")


def _slot_lines(step: SlotIsSet | SlotIsNotSet, events: Sequence[Event]) -> Iterator[DiffLine]:
    values = [event.value for event in events if isinstance(event, SlotSet) and event.name == step.name]
    described = f"{step.name}: {step.value!r}" if step.has_value else step.name
    if isinstance(step, SlotIsNotSet):
        is_right = step.value not in values if step.has_value else all(value is None for value in values)
        text = f"slot_was_not_set: {described}"
    else:
        is_right = step.value in values if step.has_value else any(value is not None for value in values)
        text = f"slot_was_set: {described}"
    yield DiffLine("same" if is_right else "missing", text, step.where)
    if not is_right:
        took = ", then ".join(repr(value) for value in values)
        yield DiffLine("unexpected", f"slot_was_set: {step.name}: {took}" if values else f"{step.name} was not set")

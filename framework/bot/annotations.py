"""Reads and writes entity annotations in the text of an example.

Four notations mark the words in brackets::

    [Berlin](city)                            type
    [NYC](city:New York)                      type and value
    [Berlin]{"entity": "city", "role": "to"}  type, role, group, value
    [Berlin][{"entity": "city"}, {...}]       several entities on the same words

Brackets that are followed by none of these are ordinary text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from framework.bot.nlu_data import EntityAnnotation

_MARKED = re.compile(r"\[([^\[\]]+)\](?=[({\[])")
_ROUND = re.compile(r"\(([^:)]+)(?::([^)]+))?\)")
_DECODER = json.JSONDecoder()
_KEYS = frozenset(("entity", "role", "group", "value"))

Report = Callable[[str], None]


def parse_annotations(text: str, report: Report) -> tuple[str, tuple[EntityAnnotation, ...]]:
    """Returns the plain text and its annotations, in the order of the text.

    Args:
        text: an example as written.
        report: called with a message for every annotation that cannot be read; its words stay, unmarked.
    """
    if "[" not in text:
        return text, ()
    plain: list[str] = []
    length = position = 0
    annotations: list[EntityAnnotation] = []
    while match := _MARKED.search(text, position):
        words = match.group(1)
        found = _read_marks(text, match.end(), words, report)
        if found is None:
            kept = text[position : match.start() + 1]
            position = match.start() + 1
            words = ""
            marks: list[dict[str, Any]] = []
        else:
            kept = text[position : match.start()]
            marks, position = found
        plain += (kept, words)
        start = length + len(kept)
        length = start + len(words)
        annotations += (_annotation(mark, start, length, words) for mark in marks)
    plain.append(text[position:])
    return "".join(plain), tuple(annotations)


def mark_entities(text: str, annotations: Iterable[EntityAnnotation]) -> str:
    """The text with its annotations, as :func:`parse_annotations` reads it, each in the shortest notation.

    Raises:
        ValueError: two annotations overlap without being on the same words.
    """
    marked: list[str] = []
    position = 0
    ordered = sorted(annotations, key=lambda annotation: (annotation.start, annotation.end))
    for (start, end), group in groupby(ordered, key=lambda annotation: (annotation.start, annotation.end)):
        if start < position:
            raise ValueError(f"entities overlap in {text!r}")
        words = text[start:end]
        marked += (text[position:start], f"[{words}]", _mark(words, list(group)))
        position = end
    return "".join([*marked, text[position:]])


def _mark(words: str, annotations: list[EntityAnnotation]) -> str:
    marks = [_keys(words, annotation) for annotation in annotations]
    if len(marks) > 1:
        return json.dumps(marks, ensure_ascii=False)
    [mark] = marks
    short = f"({':'.join(map(str, mark.values()))})"
    match = _ROUND.fullmatch(short)
    if match and mark == _short_mark(match):
        return short
    return json.dumps(mark, ensure_ascii=False)


def _keys(words: str, annotation: EntityAnnotation) -> dict[str, Any]:
    optional = {"role": annotation.role, "group": annotation.group}
    mark = {"entity": annotation.entity, **{key: value for key, value in optional.items() if value is not None}}
    return mark if annotation.value == words else {**mark, "value": annotation.value}


def _annotation(mark: dict[str, Any], start: int, end: int, words: str) -> EntityAnnotation:
    role, group = mark.get("role"), mark.get("group")
    return EntityAnnotation(
        entity=str(mark["entity"]),
        start=start,
        end=end,
        value=mark.get("value", words),
        role=None if role is None else str(role),
        group=None if group is None else str(group),
    )


def _read_marks(text: str, position: int, words: str, report: Report) -> tuple[list[dict[str, Any]], int] | None:
    """Returns the marks at a position and where they end; None if the brackets before it are ordinary text."""
    if text[position] == "(":
        match = _ROUND.match(text, position)
        if match is None:
            return None
        return [_short_mark(match)], match.end()
    try:
        data, end = _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        if text[position] == "[" and text[position + 1 : position + 2] != "{":
            return None
        report(f"the annotation of {words!r} is not valid JSON: {error.msg}")
        return _skip(text, position)
    marks = data if isinstance(data, list) else [data]
    if not all(isinstance(mark, dict) for mark in marks) or not marks:
        return None
    return [mark for mark in marks if _is_complete(mark, words, report)], end


def _short_mark(match: re.Match[str]) -> dict[str, Any]:
    mark = {"entity": match.group(1)}
    if match.group(2) is not None:
        mark["value"] = match.group(2)
    return mark


def _skip(text: str, position: int) -> tuple[list[dict[str, Any]], int]:
    end = text.find({"{": "}", "[": "]"}[text[position]], position)
    return [], len(text) if end < 0 else end + 1


def _is_complete(mark: dict[str, Any], words: str, report: Report) -> bool:
    unknown = mark.keys() - _KEYS
    if unknown:
        report(f"the annotation of {words!r} has the unknown key {min(unknown)!r}; known: entity, group, role, value")
    if not mark.get("entity"):
        report(f'the annotation of {words!r} needs the key "entity"')
        return False
    return True

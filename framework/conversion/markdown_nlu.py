"""NLU data in the Markdown of Rasa 0.x to 2.x.

A heading ``## intent:name`` (or synonym, regex, lookup) has a list of examples below it. A lookup table may be the
name of a text file instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from framework.bot.annotations import parse_annotations
from framework.bot.nlu_data import Example, LookupTable, RegexPattern
from framework.bot.nlu_gatherer import NLUGatherer
from framework.bot.nlu_json_reader import read_lookup_file
from framework.bot.problems import Problems
from framework.conversion.markdown import Line

_HEADING = re.compile(r"(intent|synonym|regex|lookup)\s*:\s*(.+)")
_ITEM_MARKS = ("-", "*", "+")
_ESCAPES = {r"\b": "\b", r"\f": "\f", r"\n": "\n", r"\r": "\r", r"\t": "\t"}
_ESCAPE = re.compile(r"\\[bfnrt]")


def is_markdown_nlu(lines: Iterable[Line]) -> bool:
    """Whether a file has a heading of NLU data."""
    return any(map(_is_heading, lines))


def read_markdown_nlu(lines: Iterable[Line], gatherer: NLUGatherer, problems: Problems) -> None:
    """Reads the lines of a file."""
    for heading, items in _sections(lines):
        match = _HEADING.fullmatch(heading.text)
        if match is None:
            known = "intent, synonym, regex or lookup"
            problems.error("invalid-example", f"the heading {heading.text!r} is none of {known}", heading.where)
            continue
        _read_section(match.group(1), match.group(2).strip(), heading, items, gatherer, problems)


def _is_heading(line: Line) -> bool:
    return line.mark.startswith("#") and _HEADING.fullmatch(line.text) is not None


def _sections(lines: Iterable[Line]) -> list[tuple[Line, list[Line]]]:
    found: list[tuple[Line, list[Line]]] = []
    for line in lines:
        if line.mark == "##" or _is_heading(line):
            found.append((line, []))
        elif found and not line.mark.startswith("#"):
            found[-1][1].append(line)
    return found


def _read_section(
    kind: str, name: str, heading: Line, items: list[Line], gatherer: NLUGatherer, problems: Problems
) -> None:
    if kind == "lookup":
        elements = tuple(element for item in items for element in _elements(item, problems))
        gatherer.add_lookup(LookupTable(name=name, elements=elements, where=heading.where))
        return
    for item in items:
        if item.mark not in _ITEM_MARKS:
            what = f"this line is left out, because it does not start with '-': {item.text!r}"
            problems.warning("invalid-example", what, item.where, "write '- ' before it")
        elif item.text and kind == "intent":
            gatherer.add_example(_example(name, item, problems))
        elif item.text and kind == "synonym":
            gatherer.add_synonym(_unescaped(item.text), name, item.where)
        elif item.text:
            gatherer.add_regex(RegexPattern(name=name, pattern=item.text, where=item.where))


def _elements(item: Line, problems: Problems) -> tuple[str, ...]:
    if item.mark in _ITEM_MARKS:
        return (item.text,) if item.text else ()
    return read_lookup_file(item.text, item.where, problems)


def _example(intent: str, item: Line, problems: Problems) -> Example:
    def report(message: str) -> None:
        problems.error("invalid-annotation", message, item.where)

    text, entities = parse_annotations(_unescaped(item.text), report)
    return Example(text=text, intent=intent, entities=entities, where=item.where)


def _unescaped(text: str) -> str:
    """Line breaks and the like, which cannot stand in a line as they are, are written as in JSON."""
    return _ESCAPE.sub(lambda match: _ESCAPES[match.group()], text)

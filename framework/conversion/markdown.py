"""The lines of a Markdown file: headings and list items, without comments."""

from __future__ import annotations

import re
from dataclasses import dataclass

from framework.errors import Location

_MARK = re.compile(r"#+|>+|[*+-]")
_RULE = re.compile(r"[-*_=]{3,}")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty: its mark (``##``, ``*``, ``-``, ``>`` or none), the text behind it, and its place."""

    mark: str
    text: str
    where: Location


def read_lines(text: str, file: str) -> list[Line]:
    """The lines of a text; a comment counts as blanks, so that what follows it keeps its column."""
    shown = _COMMENT.sub(lambda match: re.sub(r"[^\r\n]", " ", match.group()), text)
    found = []
    for number, line in enumerate(shown.splitlines(), start=1):
        stripped = line.strip()
        if stripped and not _RULE.fullmatch(stripped):
            mark = _MARK.match(stripped)
            length = len(mark.group()) if mark else 0
            inner = stripped[length:]
            column = line.index(stripped) + length + len(inner) - len(inner.lstrip()) + 1
            where = Location(file, number, column, max(1, len(inner.strip())))
            found.append(Line(mark.group() if mark else "", inner.strip(), where))
    return found

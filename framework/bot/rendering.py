"""Shows problems to the author of a bot: what, the line with a caret, and the remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from framework.errors import Location, Problem, Severity

_TAB = "    "
_SEVERITIES = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


def render_problem(problem: Problem) -> str:
    """Returns one problem as text of several lines.

    Example::

        domain.yml:41:7  unknown slot type 'boolean'
           41 |     type: boolean
              |           ^^^^^^^
           did you mean 'bool'?  docs: reference/slots
    """
    return "\n".join(_render(problem, _source_line(problem.where)))


def render_problems(problems: Iterable[Problem]) -> str:
    """Returns all problems with an empty line between them, and their number below.

    They are ordered by place, after their severity: errors last, where the eye of who reads a terminal rests.
    """
    found = sorted(problems, key=_order)
    if not found:
        return ""
    counts = {severity: sum(problem.severity is severity for problem in found) for severity in reversed(_SEVERITIES)}
    summary = ", ".join(_count(number, severity) for severity, number in counts.items() if number)
    return "\n\n".join([*(render_problem(problem) for problem in found), summary])


def _order(problem: Problem) -> tuple[int, str, int]:
    where = problem.where
    return _SEVERITIES.index(problem.severity), where.file if where else "", where.line if where else 0


def _count(number: int, severity: Severity) -> str:
    return f"{number} {severity}" if number == 1 else f"{number} {severity}s"


def _render(problem: Problem, source: str | None) -> Iterable[str]:
    place = f"{problem.where}  " if problem.where else ""
    severity = "" if problem.severity is Severity.ERROR else f"{problem.severity}: "
    yield f"{place}{severity}{problem.what}"
    if problem.where is not None and source is not None:
        yield from _excerpt(problem.where, source)
    remedy = f"{problem.fix}  " if problem.fix else ""
    yield f"   {remedy}docs: {problem.docs}"


def _excerpt(where: Location, source: str) -> Iterable[str]:
    number = f"{where.line:>5}"
    before, marked = source[: where.column - 1], source[where.column - 1 :][: where.length]
    yield f"{number} | {_expand_tabs(source)}".rstrip()
    yield f"{' ' * len(number)} | {' ' * _width(before)}{'^' * max(1, _width(marked))}"


def _source_line(where: Location | None) -> str | None:
    if where is None:
        return None
    try:
        lines = Path(where.file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return lines[where.line - 1] if where.line <= len(lines) else None


def _expand_tabs(text: str) -> str:
    return text.replace("\t", _TAB)


def _width(text: str) -> int:
    """Columns that a text takes in a terminal: two for an East Asian wide character, none for a combining mark."""
    return sum(_width_of(character) for character in text)


def _width_of(character: str) -> int:
    if character == "\t":
        return len(_TAB)
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1

"""Collects the problems of a reading, so that one run shows all of them."""

from __future__ import annotations

from collections.abc import Iterable

from framework.errors import Location, Problem, Severity


class Problems:
    """The problems found so far, in the order in which they were found."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, *problems: Problem) -> None:
        """Adds problems that were made elsewhere; the same problem at the same place is kept once."""
        self._found.update(dict.fromkeys(problems))

    def error(self, code: str, what: str, where: Location | None = None, fix: str | None = None) -> None:
        """Records something that must be repaired before the bot can be trained."""
        self.add(Problem(code=code, what=what, where=where, fix=fix))

    def warning(self, code: str, what: str, where: Location | None = None, fix: str | None = None) -> None:
        """Records something that is probably not what the author meant."""
        self.add(Problem(code=code, what=what, where=where, fix=fix, severity=Severity.WARNING))

    def note(self, code: str, what: str, where: Location | None = None, fix: str | None = None) -> None:
        """Records how something was understood."""
        self.add(Problem(code=code, what=what, where=where, fix=fix, severity=Severity.NOTE))

    def all(self) -> tuple[Problem, ...]:
        """Everything found."""
        return tuple(self._found)

    def errors(self) -> tuple[Problem, ...]:
        """What stops a training."""
        return only_errors(self._found)


def only_errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stop a training."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)

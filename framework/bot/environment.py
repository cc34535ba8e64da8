"""Replaces ``${NAME}`` and ``${NAME:default}`` in a YAML file by environment variables."""

from __future__ import annotations

import os
import re

from framework.bot.document import Mapping, Node, Scalar, Sequence
from framework.bot.problems import Problems
from framework.errors import Location, Problem, Severity

_VARIABLE = re.compile(r"\$\{(\w+)(?::([^{}]*))?\}")


def expand_variables(node: Node, problems: Problems, severity: Severity = Severity.ERROR) -> None:
    """Replaces the variables in all scalars under ``node``; an expanded value is always a text.

    A variable that is not set stays as written, and is a problem of the given severity.
    """
    if isinstance(node, Scalar):
        if "${" in node.text:
            _expand(node, problems, severity)
    elif isinstance(node, Sequence):
        for item in node:
            expand_variables(item, problems, severity)
    elif isinstance(node, Mapping):
        for value in node.entries.values():
            expand_variables(value, problems, severity)


def _expand(scalar: Scalar, problems: Problems, severity: Severity) -> None:
    where = scalar.where

    def value_of(match: re.Match[str]) -> str:
        name, default = match.groups()
        if name in os.environ:
            return os.environ[name]
        if default is not None:
            return default
        problems.add(_unset(name, where, severity))
        return match.group()

    scalar.text = _VARIABLE.sub(value_of, scalar.text)
    scalar.is_plain = False


def _unset(name: str, where: Location, severity: Severity) -> Problem:
    return Problem(
        code="unset-variable",
        what=f"environment variable {name!r} is not set",
        where=where,
        fix=f"export {name}=..., or write the value here",
        severity=severity,
    )

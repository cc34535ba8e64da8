"""What environment variables say about running a bot."""

from __future__ import annotations

import os

from framework.errors import Problem, UsageError

_ON = frozenset({"true", "yes", "on", "1", "t", "y"})
_OFF = frozenset({"", "false", "no", "off", "0", "f", "n"})


def whole_number(variable: str, default: int) -> int:
    """The number above 0 that a variable has.

    Raises:
        UsageError: it has something else.
    """
    written = os.environ.get(variable, "").strip()
    if not written:
        return default
    if not written.isdecimal() or int(written) < 1:
        what = f"the environment variable {variable} is {written!r}, which is no whole number above 0"
        fix = f"unset it for the default of {default}, or write a number"
        raise UsageError(Problem(code="invalid-environment", what=what, fix=fix))
    return int(written)


def is_switched_on(variable: str) -> bool:
    """Whether a variable is set to something that means yes.

    Raises:
        UsageError: it means neither yes nor no.
    """
    written = os.environ.get(variable, "").strip().lower()
    if written in _OFF:
        return False
    if written not in _ON:
        what = f"the environment variable {variable} is {written!r}, which means neither yes nor no"
        raise UsageError(Problem(code="invalid-environment", what=what, fix="write true or false"))
    return True

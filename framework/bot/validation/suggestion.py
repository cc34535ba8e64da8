"""Suggests a known name for an unknown one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_PREFIXES = ("action_", "utter_", "validate_")
_LEAST_SIMILARITY = 0.65


def suggest(name: str, known: Iterable[str], otherwise: str) -> str:
    """Returns ``did you mean 'x'?``, or ``otherwise`` where no known name is near.

    Names are compared without the prefix that all names of their kind share, which alone would make them look alike.
    """
    prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "")
    candidates = {
        candidate.removeprefix(prefix).casefold(): candidate for candidate in known if candidate.startswith(prefix)
    }
    near = difflib.get_close_matches(name.removeprefix(prefix).casefold(), candidates, n=1, cutoff=_LEAST_SIMILARITY)
    return f"did you mean {candidates[near[0]]!r}?" if near else otherwise

"""Fills slot values into a response: ``{slot}`` in any text of it, however deep."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

_log = logging.getLogger(__name__)

# A quote makes it the JSON of a button's payload: /inform{"people": "two"}
_PLACE = re.compile(r"""\{\{|\}\}|\{([^\n{}"]+)\}""")


def interpolate(value: Any, variables: Mapping[str, Any]) -> Any:
    """Returns a copy of a JSON-like value with the variables in its texts; keys of mappings stay as they are.

    ``{{`` and ``}}`` stand for braces. A text that names an unknown variable is returned unchanged.
    """
    if isinstance(value, str):
        return _fill(value, variables)
    if isinstance(value, Mapping):
        return {key: interpolate(item, variables) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [interpolate(item, variables) for item in value]
    return value


def _fill(text: str, variables: Mapping[str, Any]) -> str:
    if "{" not in text and "}" not in text:
        return text
    unknown = [name for name in _PLACE.findall(text) if name and name not in variables]
    if unknown:
        _log.error("the response %r uses %s, which is no slot; it is sent as it is written", text, unknown)
        return text
    return _PLACE.sub(lambda place: str(variables[place[1]]) if place[1] else place[0][0], text)

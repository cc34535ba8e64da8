"""A JSON file as nodes that know where they stand: those of :mod:`framework.bot.document`."""

from __future__ import annotations

import json
import re
from pathlib import Path

from framework.bot.document import Node, load_text, read_text
from framework.bot.problems import Problems
from framework.errors import Location

_SURROGATE_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def load_json(path: Path, problems: Problems) -> Node | None:
    """Reads a JSON file; None, with a problem, where it is missing or not JSON."""
    text = read_text(path, problems)
    if text is None:
        return None
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        where = Location(str(path), error.lineno, error.colno)
        problems.error("json-syntax", f"not valid JSON: {error.msg}", where)
        return None
    except RecursionError:
        problems.error("json-syntax", "the lists and mappings are nested too deeply", Location(str(path), 1))
        return None
    return load_text(_as_yaml(text), str(path), problems)


def _as_yaml(text: str) -> str:
    """JSON is YAML, but for what stands in texts: halves of characters, and characters that YAML wants escaped."""
    joined = _SURROGATE_PAIR.sub(_join, text) if "\\u" in text else text
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", joined)


def _join(match: re.Match[str]) -> str:
    before, high, low = match.groups()
    code = 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)
    return f"{before}\\U{code:08x}"

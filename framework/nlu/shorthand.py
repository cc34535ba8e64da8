"""The short form of a message: ``/intent@0.9{"entity": "value"}``, as buttons, tests and people at a shell write it."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from framework.bot.domain import Domain
from framework.nlu.parse import ParseData

_log = logging.getLogger(__name__)

_SHORTHAND = re.compile(
    r"""
    /(?P<intent>[^{@]+)
    (?P<confidence>@[0-9]+.?[0-9]*)?
    (?P<entities>\{.+\})?
    """,
    re.VERBOSE,
)


def parse_shorthand(text: str, domain: Domain) -> ParseData | None:
    """Reads a message in the short form.

    Entities that the domain does not know are dropped, and so are entities that are no JSON object; the intent
    stays. A list as value gives one entity per element.

    Returns:
        None where the text is to be understood as free text: it does not begin with ``/``, or its intent is
        not one of the domain.
    """
    text = text.strip()
    match = _SHORTHAND.match(text)
    if match is None:
        return None
    intent = match["intent"].strip()
    if intent not in domain.intents:
        _log.debug("%r names no intent of the domain and is handled as free text", text)
        return None
    found = {"name": intent, "confidence": _confidence(match["confidence"])}
    return {"text": text, "intent": found, "entities": _entities(match, domain), "intent_ranking": [dict(found)]}


def _confidence(written: str | None) -> float:
    if written is None:
        return 1.0
    try:
        return min(1.0, max(0.0, float(written.removeprefix("@"))))
    except ValueError:
        return 0.0


def _entities(match: re.Match[str], domain: Domain) -> list[dict[str, Any]]:
    written = match["entities"]
    if written is None:
        return []
    try:
        values = json.loads(written)
    except json.JSONDecodeError:
        values = None
    if not isinstance(values, dict):
        _log.debug("the entities of %r are not a JSON object and are left out", match.string)
        return []
    start, end = match.span("entities")
    entities = []
    for name, value in values.items():
        if name not in domain.entities:
            _log.debug("%r names the entity %r, which the domain does not have", match.string, name)
            continue
        elements = value if isinstance(value, list) else [value]
        entities += [{"entity": name, "value": element, "start": start, "end": end} for element in elements]
    return entities

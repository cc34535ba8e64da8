"""Tells examples that YAML can say from those that it cannot."""

from __future__ import annotations

from msgspec.structs import replace

from framework.bot.annotations import mark_entities, parse_annotations
from framework.bot.nlu_data import Example, NLUData
from framework.bot.problems import Problems


def writable(nlu: NLUData, problems: Problems) -> NLUData:
    """The data without the examples that would not read back as they are, each with a warning."""
    kept = []
    for example in nlu.examples:
        reason = _reason_against(example)
        if reason is None:
            kept.append(example)
        else:
            problems.warning("invalid-example", f"{example.text!r} is left out: {reason}", example.where)
    return replace(nlu, examples=tuple(kept))


def _reason_against(example: Example) -> str | None:
    if not example.intent:
        return "it has no intent"
    try:
        marked = mark_entities(example.text, example.entities)
    except ValueError:
        return "its entities overlap"
    text, entities = parse_annotations(marked, lambda _: None)
    ordered = tuple(sorted(example.entities, key=lambda entity: (entity.start, entity.end)))
    return None if (text, entities) == (example.text, ordered) else "brackets in it would be read as entities"

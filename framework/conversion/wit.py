"""The utterances of a Wit app, as its export has them in JSON."""

from __future__ import annotations

from collections.abc import Iterator

from framework.bot.document import Mapping
from framework.bot.expect import as_number, as_text, entries_of, required_text
from framework.bot.nlu_data import EntityAnnotation, Example
from framework.bot.nlu_gatherer import NLUGatherer
from framework.bot.problems import Problems

WIT_MARK = "utterances"
WITHOUT_INTENT = "out_of_scope"


def read_wit(app: Mapping, gatherer: NLUGatherer, problems: Problems) -> None:
    """Reads utterances; those without an intent are out of scope. ``city:from`` is the entity city in the role from."""
    for entry in entries_of(app, WIT_MARK, problems):
        text = required_text(entry, "text", "an utterance", problems)
        if text is not None:
            intent = as_text(entry.get("intent"), "intent", problems) or WITHOUT_INTENT
            entities = tuple(_entities(entry, text, problems))
            gatherer.add_example(
                Example(text=text, intent=intent, entities=entities, where=entry.entries["text"].where)
            )


def _entities(utterance: Mapping, text: str, problems: Problems) -> Iterator[EntityAnnotation]:
    for entry in entries_of(utterance, "entities", problems):
        name = required_text(entry, "entity", "an entity", problems)
        start, end = (int(as_number(entry.get(key), key, problems, default=-1)) for key in ("start", "end"))
        if name is not None:
            entity, _, role = name.partition(":")
            yield EntityAnnotation(entity=entity, start=start, end=end, value=text[start:end], role=role or None)

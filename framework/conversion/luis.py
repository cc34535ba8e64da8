"""The JSON export of a LUIS app, of any schema version up to 7."""

from __future__ import annotations

from collections.abc import Iterator

from framework.bot.document import Mapping
from framework.bot.expect import as_number, as_text, entries_of, required_text, texts_of
from framework.bot.nlu_data import EntityAnnotation, Example, LookupTable, RegexPattern
from framework.bot.nlu_gatherer import NLUGatherer
from framework.bot.problems import Problems

LUIS_MARK = "luis_schema_version"


def read_luis(app: Mapping, gatherer: NLUGatherer, problems: Problems) -> None:
    """Reads utterances, regular expressions, closed lists (as synonyms and lookup tables) and phrase lists."""
    for entry in entries_of(app, "utterances", problems):
        text = required_text(entry, "text", "an utterance", problems)
        if text is not None:
            intent = as_text(entry.get("intent"), "intent", problems)
            entities = tuple(_entities(entry, text, problems))
            gatherer.add_example(
                Example(text=text, intent=intent, entities=entities, where=entry.entries["text"].where)
            )
    for key, pattern_key in (("regex_entities", "regexPattern"), ("regex_features", "pattern")):
        for entry in entries_of(app, key, problems):
            name = required_text(entry, "name", f"an item of {key}", problems)
            pattern = required_text(entry, pattern_key, f"an item of {key}", problems)
            if name and pattern:
                gatherer.add_regex(RegexPattern(name=name, pattern=pattern, where=entry.where))
    for entry in entries_of(app, "closedLists", problems):
        _read_closed_list(entry, gatherer, problems)
    for entry in entries_of(app, "phraselists", problems):
        name = required_text(entry, "name", "a phrase list", problems)
        words = as_text(entry.get("words"), "words", problems) or ""
        elements = tuple(word.strip() for word in words.split(",") if word.strip())
        if name and elements:
            gatherer.add_lookup(LookupTable(name=name, elements=elements, where=entry.where))


def _entities(utterance: Mapping, text: str, problems: Problems) -> Iterator[EntityAnnotation]:
    """The entities of an utterance, whose ends are those of their last character; parts of entities are left out."""
    for entry in entries_of(utterance, "entities", problems):
        name = required_text(entry, "entity", "an entity", problems)
        start = int(as_number(entry.get("startPos"), "startPos", problems, default=-1))
        end = int(as_number(entry.get("endPos"), "endPos", problems, default=-2)) + 1
        if name is not None:
            role = as_text(entry.get("role"), "role", problems) or None
            yield EntityAnnotation(entity=name, start=start, end=end, value=text[start:end], role=role)


def _read_closed_list(entry: Mapping, gatherer: NLUGatherer, problems: Problems) -> None:
    name = required_text(entry, "name", "a closed list", problems)
    elements: list[str] = []
    for item in entries_of(entry, "subLists", problems):
        value = required_text(item, "canonicalForm", "an item of a closed list", problems)
        if value:
            words = texts_of(item.get("list"), "list", problems)
            elements += (value, *words)
            for word in words:
                if word != value:
                    gatherer.add_synonym(word, value, item.where)
    if name and elements:
        gatherer.add_lookup(LookupTable(name=name, elements=tuple(dict.fromkeys(elements)), where=entry.where))

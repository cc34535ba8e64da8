"""Reads NLU data in Rasa's older JSON format: the value of ``rasa_nlu_data``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from framework.bot.document import Mapping, Node, Scalar
from framework.bot.expect import as_mapping, as_number, as_text, entries_of, items_of, required_text, texts_of
from framework.bot.file_kinds import NLU_JSON_KEY
from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER, EntityAnnotation, Example, LookupTable, RegexPattern
from framework.bot.nlu_gatherer import NLUGatherer
from framework.bot.problems import Problems
from framework.errors import Location

_EXAMPLES = ("common_examples", "intent_examples", "entity_examples")
_RESPONSE_KEYS = ("intent_response_key", "response")
_METADATA_KEYS = {"intent", "example"}


def read_nlu_json(node: Node | None, gatherer: NLUGatherer, problems: Problems) -> None:
    """Reads examples, synonyms, regular expressions and lookup tables; keys that are none of these are left out."""
    data = as_mapping(node, NLU_JSON_KEY, problems)
    if data is None:
        return
    for key in _EXAMPLES:
        for entry in entries_of(data, key, problems):
            example = _read_example(entry, problems)
            if example is not None:
                gatherer.add_example(example)
    for entry in entries_of(data, "entity_synonyms", problems):
        value = required_text(entry, "value", "a synonym", problems)
        for text in texts_of(entry.get("synonyms"), "synonyms", problems):
            if value and text.strip() != value.strip():
                gatherer.add_synonym(text.strip(), value.strip(), entry.where)
    for entry in entries_of(data, "regex_features", problems):
        name = required_text(entry, "name", "a regular expression", problems)
        pattern = required_text(entry, "pattern", "a regular expression", problems)
        if name and pattern:
            gatherer.add_regex(RegexPattern(name=name, pattern=pattern, where=entry.where))
    for entry in entries_of(data, "lookup_tables", problems):
        name = required_text(entry, "name", "a lookup table", problems)
        if name:
            gatherer.add_lookup(LookupTable(name=name, elements=_elements(entry, problems), where=entry.where))


def read_lookup_file(name: str, where: Location, problems: Problems) -> tuple[str, ...]:
    """The lines of a text file that a lookup table names, as seen from the current folder or from the table's.

    A path that was right in another folder is found by its last part beside the file that names it.
    """
    folder = Path(where.file).parent
    for path in (Path(name), folder / name, folder / Path(name).name):
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()
            return tuple(line.strip() for line in lines if line.strip())
    problems.error("file-not-found", f"there is no file {name!r} with the words of a lookup table", where)
    return ()


def _read_example(entry: Mapping, problems: Problems) -> Example | None:
    text = required_text(entry, "text", "an example", problems)
    if text is None:
        return None
    entities = (
        _read_entity(text, item, problems) for item in items_of(entry.get("entities"), "the entities", problems)
    )
    return Example(
        text=text,
        intent=_intent(entry, problems),
        entities=tuple(entity for entity in entities if entity is not None),
        metadata=_metadata(entry),
        where=entry.entries["text"].where,
    )


def _intent(entry: Mapping, problems: Problems) -> str | None:
    intent = (as_text(entry.get("intent"), "intent", problems) or "").strip()
    for key in _RESPONSE_KEYS:
        response = as_text(entry.get(key), key, problems)
        if response and RESPONSE_KEY_DELIMITER not in intent:
            intent = response if RESPONSE_KEY_DELIMITER in response else f"{intent}{RESPONSE_KEY_DELIMITER}{response}"
    return intent or None


def _metadata(entry: Mapping) -> dict[str, Any] | None:
    node = entry.get("metadata")
    if node is None:
        return None
    data = node.data()
    return data if isinstance(data, dict) and data.keys() <= _METADATA_KEYS else {"example": data}


def _read_entity(text: str, node: Node, problems: Problems) -> EntityAnnotation | None:
    entry = as_mapping(node, "an entity", problems)
    if entry is None:
        return None
    name = required_text(entry, "entity", "an entity", problems)
    start, end = (int(as_number(entry.get(key), key, problems, default=-1)) for key in ("start", "end"))
    value = entry.get("value")
    if name is None:
        return None
    return EntityAnnotation(
        entity=name,
        start=start,
        end=end,
        value=text[start:end] if value is None else value.data(),
        role=as_text(entry.get("role"), "role", problems),
        group=as_text(entry.get("group"), "group", problems),
    )


def _elements(entry: Mapping, problems: Problems) -> tuple[str, ...]:
    node = entry.get("elements")
    if isinstance(node, Scalar):
        return read_lookup_file(node.text, node.where, problems)
    return texts_of(node, "elements", problems)

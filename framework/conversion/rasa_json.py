"""Writes NLU data in Rasa's older JSON format."""

from __future__ import annotations

from typing import Any

import msgspec

from framework.bot.file_kinds import NLU_JSON_KEY
from framework.bot.nlu_data import EntityAnnotation, Example, NLUData


def nlu_to_json(nlu: NLUData) -> str:
    """Examples, synonyms, regular expressions and lookup tables."""
    values: dict[str, list[str]] = {}
    for text, value in nlu.synonyms.items():
        values.setdefault(value, []).append(text)
    content = {
        "common_examples": [_example(example) for example in nlu.examples],
        "regex_features": [{"name": item.name, "pattern": item.pattern} for item in nlu.regexes],
        "lookup_tables": [{"name": table.name, "elements": table.elements} for table in nlu.lookups],
        "entity_synonyms": [{"value": value, "synonyms": texts} for value, texts in values.items()],
    }
    return msgspec.json.format(msgspec.json.encode({NLU_JSON_KEY: content}), indent=2).decode() + "\n"


def _example(example: Example) -> dict[str, Any]:
    keys: dict[str, Any] = {"text": example.text}
    if example.intent is not None:
        keys["intent"] = example.intent
    if example.entities:
        keys["entities"] = [_entity(entity) for entity in example.entities]
    return keys if example.metadata is None else {**keys, "metadata": example.metadata}


def _entity(entity: EntityAnnotation) -> dict[str, Any]:
    keys: dict[str, Any] = {
        "start": entity.start,
        "end": entity.end,
        "value": entity.value,
        "entity": entity.entity,
        "role": entity.role,
        "group": entity.group,
    }
    return {key: value for key, value in keys.items() if value is not None}

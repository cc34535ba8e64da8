"""Writes NLU data and responses as YAML that reads back as the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import msgspec

from framework.bot.annotations import mark_entities
from framework.bot.domain_json import variation_to_dict
from framework.bot.nlu_data import Example, NLUData
from framework.bot.responses import Responses
from framework.bot.yaml_writer import FORMAT, as_lines, dump_yaml


def nlu_to_yaml(nlu: NLUData) -> str:
    """Examples by intent, then synonyms, regular expressions and lookup tables. Responses are not part of it.

    Raises:
        ValueError: entities of an example overlap, which the format cannot say.
    """
    items = [
        *_intents(nlu.examples),
        *_named("synonym", _by_value(nlu.synonyms)),
        *_named("regex", [(name, [item.pattern for item in group]) for name, group in _by_name(nlu.regexes)]),
        *_named("lookup", [(table.name, table.elements) for table in nlu.lookups]),
    ]
    return dump_yaml({"version": FORMAT, "nlu": items})


def responses_to_yaml(responses: Responses) -> str:
    """Responses with all their variations."""
    written = {name: [variation_to_dict(item) for item in variations] for name, variations in responses.items()}
    return dump_yaml({"version": FORMAT, "responses": written})


def _intents(examples: Iterable[Example]) -> Iterable[dict[str, Any]]:
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(_identity(example), []).append(example)
    for group in groups.values():
        item: dict[str, Any] = {"intent": group[0].intent}
        metadata = _metadata(group[0], "intent")
        if metadata is not None:
            item["metadata"] = metadata
        yield {**item, "examples": _examples(group)}


def _identity(example: Example) -> str:
    return msgspec.json.encode([example.intent, _metadata(example, "intent")], order="deterministic").decode()


def _metadata(example: Example, part: str) -> Any:
    return (example.metadata or {}).get(part)


def _examples(group: list[Example]) -> Any:
    texts = [mark_entities(example.text, example.entities) for example in group]
    metadata = [_metadata(example, "example") for example in group]
    if all(item is None for item in metadata):
        return as_lines(texts)
    return [
        text if item is None else {"text": text, "metadata": item} for text, item in zip(texts, metadata, strict=True)
    ]


def _named(kind: str, groups: Iterable[tuple[str, Iterable[str]]]) -> Iterable[dict[str, Any]]:
    return [{kind: name, "examples": as_lines(texts)} for name, texts in groups]


def _by_value(synonyms: Mapping[str, str]) -> Iterable[tuple[str, list[str]]]:
    values: dict[str, list[str]] = {}
    for text, value in synonyms.items():
        values.setdefault(value, []).append(text)
    return values.items()


def _by_name(items: Iterable[Any]) -> Iterable[tuple[str, Iterable[Any]]]:
    return groupby(items, key=lambda item: item.name)

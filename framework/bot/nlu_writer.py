"""Writes NLU data and responses as YAML that reads back as the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import msgspec
import yaml

from framework.bot.annotations import mark_entities
from framework.bot.nlu_data import Example, NLUData
from framework.bot.responses import Responses
from framework.bot.scalars import resolve

FORMAT = "3.1"


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
    return _dump({"version": FORMAT, "nlu": items})


def responses_to_yaml(responses: Responses) -> str:
    """Responses with all their variations."""
    written = {name: [_variation(item) for item in variations] for name, variations in responses.items()}
    return _dump({"version": FORMAT, "responses": written})


class _Block(str):
    """A text to write as a block of lines (``|``)."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Quotes what the YAML 1.2 core schema would not read as a text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - called by PyYAML
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = ("|" if "\n" in text else None) if isinstance(resolve(text), str) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


def _represent_block(dumper: _Dumper, text: _Block) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|")


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Block, _represent_block)


def _dump(content: Mapping[str, Any]) -> str:
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
    return text


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
        return _lines(texts)
    return [
        text if item is None else {"text": text, "metadata": item} for text, item in zip(texts, metadata, strict=True)
    ]


def _lines(texts: Iterable[str]) -> Any:
    """The texts as a block, or as a list where one of them cannot stand on a line of its own."""
    found = list(texts)
    if all(text.isprintable() and text.strip() == text != "" for text in found):
        return _Block("".join(f"- {text}\n" for text in found))
    return found


def _named(kind: str, groups: Iterable[tuple[str, Iterable[str]]]) -> Iterable[dict[str, Any]]:
    return [{kind: name, "examples": _lines(texts)} for name, texts in groups]


def _by_value(synonyms: Mapping[str, str]) -> Iterable[tuple[str, list[str]]]:
    values: dict[str, list[str]] = {}
    for text, value in synonyms.items():
        values.setdefault(value, []).append(text)
    return values.items()


def _by_name(items: Iterable[Any]) -> Iterable[tuple[str, Iterable[Any]]]:
    return groupby(items, key=lambda item: item.name)


def _variation(variation: Any) -> dict[str, Any]:
    written: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(variation, where=None))
    return written

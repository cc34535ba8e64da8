"""Reads ``nlu:``: examples, synonyms, regular expressions and lookup tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from framework.bot.annotations import parse_annotations
from framework.bot.document import Mapping, Node, Scalar, Sequence
from framework.bot.expect import as_mapping, as_text, check_keys, items_of
from framework.bot.nlu_data import EntityAnnotation, Example, LookupTable, RegexPattern
from framework.bot.nlu_gatherer import NLUGatherer
from framework.bot.problems import Problems
from framework.errors import Location, one_of

_KINDS = ("intent", "synonym", "regex", "lookup")


class NLUReader:
    """Reads the NLU data of any number of files into a gatherer."""

    def __init__(self, gatherer: NLUGatherer, problems: Problems) -> None:
        self._gatherer = gatherer
        self._problems = problems

    def read(self, node: Node | None) -> None:
        """Reads the value of one ``nlu:`` key."""
        for item in items_of(node, "nlu", self._problems):
            entry = as_mapping(item, "an item of nlu", self._problems)
            if entry is not None:
                self._read_item(entry)

    def _read_item(self, entry: Mapping) -> None:
        kinds = [kind for kind in _KINDS if kind in entry.entries]
        if len(kinds) != 1:
            self._report_kind(entry, kinds)
            return
        [kind] = kinds
        check_keys(entry, (kind, "examples", "metadata"), f"an item of nlu with {kind!r}", self._problems)
        name = as_text(entry.get(kind), kind, self._problems)
        if not name:
            self._problems.error("missing-key", f"{kind} needs a name", entry.where_key(kind))
            return
        if entry.get("examples") is None:
            self._problems.warning(
                "invalid-example", f"{kind} {name!r} has no examples", entry.entries[kind].where, "add `examples: |`"
            )
            return
        if kind == "intent":
            self._read_intent(name.strip(), entry)
        elif kind == "synonym":
            for text, where, _ in self._texts(entry):
                self._gatherer.add_synonym(text, name, where)
        elif kind == "regex":
            for text, where, _ in self._texts(entry):
                self._gatherer.add_regex(RegexPattern(name=name, pattern=text, where=where))
        else:
            elements = tuple(text for text, _, _ in self._texts(entry))
            self._gatherer.add_lookup(LookupTable(name=name, elements=elements, where=entry.entries[kind].where))

    def _report_kind(self, entry: Mapping, kinds: list[str]) -> None:
        if kinds:
            what = f"an item of nlu is either {' or '.join(kinds)}, not both"
            self._problems.error("wrong-type", what, entry.where, "write two items")
            return
        key = next(iter(entry.entries), "")
        self._problems.error(
            "missing-key",
            f"an item of nlu needs one of {', '.join(_KINDS)}",
            entry.where,
            one_of(key, _KINDS),
        )

    def _read_intent(self, intent: str, entry: Mapping) -> None:
        intent_metadata = _data(entry, "metadata")
        for text, where, example_metadata in self._texts(entry):
            plain, entities = self._annotations(text, where)
            self._gatherer.add_example(
                Example(
                    text=plain,
                    intent=intent,
                    entities=entities,
                    metadata=_metadata(intent_metadata, example_metadata),
                    where=where,
                )
            )

    def _annotations(self, text: str, where: Location) -> tuple[str, tuple[EntityAnnotation, ...]]:
        return parse_annotations(text, lambda message: self._problems.error("invalid-annotation", message, where))

    def _texts(self, entry: Mapping) -> Iterator[tuple[str, Location, Any]]:
        """The examples of an item: text, place and metadata."""
        examples = entry.entries["examples"]
        if isinstance(examples, Scalar):
            yield from ((text, where, None) for text, where in self._block(examples))
        elif isinstance(examples, Sequence):
            for item in examples:
                yield from self._listed(item)
        else:
            self._problems.error(
                "wrong-type", "examples must be a block of lines (`examples: |`) or a list", examples.where
            )

    def _block(self, block: Scalar) -> Iterator[tuple[str, Location]]:
        file = block.source.file
        for line, number, indent in block.numbered_lines():
            stripped = line.lstrip()
            if not stripped:
                continue
            column = indent + len(line) - len(stripped) + 1
            if not stripped.startswith("-"):
                self._problems.warning(
                    "invalid-example",
                    f"this line is left out, because it does not start with '-': {stripped.rstrip()!r}",
                    Location(file, number, column, len(stripped.rstrip())),
                    "write '- ' before it",
                )
                continue
            text = stripped[1:].lstrip()
            column += len(stripped) - len(text)
            text = text.rstrip()
            if text:
                yield text, Location(file, number, column, len(text))

    def _listed(self, item: Node) -> Iterator[tuple[str, Location, Any]]:
        if isinstance(item, Scalar):
            if not item.is_null:
                yield item.text.strip(), item.where, None
            return
        entry = as_mapping(item, "an example", self._problems)
        if entry is None:
            return
        check_keys(entry, ("text", "metadata"), "an example", self._problems)
        text = as_text(entry.get("text"), "the text of an example", self._problems)
        if text is None:
            self._problems.error("missing-key", "an example needs a text", entry.where, "add `text:`")
            return
        yield text.strip(), entry.entries["text"].where, _data(entry, "metadata")


def _data(entry: Mapping, key: str) -> Any:
    node = entry.get(key)
    return None if node is None else node.data()


def _metadata(intent: Any, example: Any) -> dict[str, Any] | None:
    found = {"intent": intent, "example": example}
    return {key: value for key, value in found.items() if value is not None} or None

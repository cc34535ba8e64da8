"""A YAML file as nodes that know where they stand.

Parsing is libyaml's where PyYAML was built with it. Scalars are read by the YAML 1.2 core schema
(:mod:`framework.bot.scalars`); duplicate keys are problems, merge keys (``<<``) and aliases are resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from framework.bot.problems import Problems
from framework.bot.scalars import resolve
from framework.errors import Location

FIX_OF_MISSING_FILE = "run this in the bot's folder, or name another path; `framework init` makes a bot"

_PLAIN = "plain"
_QUOTED = "tag:yaml.org,2002:str"
_BLOCK_STYLES = ("|", ">")


@dataclass(frozen=True)
class Source:
    """The text of a file, and the name by which problems call it."""

    file: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file; libyaml and ``splitlines`` agree on what ends a line."""
        return self.text.splitlines()


@dataclass(slots=True, eq=False)
class Node:
    """Anything in a YAML file."""

    raw: yaml.Node
    source: Source

    @property
    def where(self) -> Location:
        """Where the node starts; a scalar also has its length."""
        start, end = self.raw.start_mark, self.raw.end_mark
        one_line = isinstance(self.raw, yaml.ScalarNode) and start.line == end.line
        length = max(1, end.column - start.column) if one_line else 1
        return Location(self.source.file, start.line + 1, start.column + 1, length)

    @property
    def is_null(self) -> bool:
        """Whether nothing is written here."""
        return False

    @property
    def kind(self) -> str:
        """What it is, in the words of a message."""
        raise NotImplementedError

    def data(self) -> Any:
        """The node as plain Python data."""
        raise NotImplementedError


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """A single value; ``text`` is as written, whatever its type."""

    text: str
    is_plain: bool

    @property
    def is_null(self) -> bool:
        """Whether the scalar is empty, ``null`` or ``~``, unquoted."""
        return self.is_plain and resolve(self.text) is None

    @property
    def kind(self) -> str:
        """The type of the value."""
        value = self.data()
        if value is None:
            return "empty"
        if isinstance(value, bool):
            return "a boolean"
        return "a number" if isinstance(value, int | float) else "a text"

    def data(self) -> str | int | float | bool | None:
        """The value by the YAML 1.2 core schema."""
        return resolve(self.text) if self.is_plain else self.text

    def numbered_lines(self) -> Iterator[tuple[str, int, int]]:
        """The lines of a block scalar with their one-based line in the file and the columns cut off before each.

        The lines of any other scalar all stand where the scalar starts.
        """
        start = self.raw.start_mark
        lines = self.text.splitlines()
        if getattr(self.raw, "style", None) not in _BLOCK_STYLES:
            yield from ((line, start.line + 1, start.column) for line in lines)
            return
        indent = self._indent(lines, start.line + 1)
        for number, line in enumerate(lines, start=start.line + 2):
            yield line, number, indent

    def _indent(self, lines: list[str], first: int) -> int:
        for line, source_line in zip(lines, self.source.lines[first:], strict=False):
            if line.strip():
                return len(source_line) - len(source_line.lstrip(" ")) - (len(line) - len(line.lstrip(" ")))
        return 0


@dataclass(slots=True, eq=False)
class Sequence(Node):
    """A list."""

    items: list[Node] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """A list, always."""
        return "a list"

    def data(self) -> list[Any]:
        """The items as plain Python data."""
        return [item.data() for item in self.items]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(slots=True, eq=False)
class Mapping(Node):
    """Keys and values; ``keys`` has the node of each key."""

    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """A mapping, always."""
        return "a mapping"

    def data(self) -> dict[str, Any]:
        """The entries as plain Python data, all keys texts."""
        return {key: value.data() for key, value in self.entries.items()}

    def get(self, key: str) -> Node | None:
        """The value of a key; None where the key is missing or nothing is written after it."""
        node = self.entries.get(key)
        return None if node is None or node.is_null else node

    def where_key(self, key: str) -> Location:
        """Where a key stands."""
        return self.keys[key].where


class _Composer:
    """The part of a PyYAML loader that names scalars: only plain and quoted are told apart."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:  # noqa: ARG002 - called by the parser
        return _PLAIN if kind is yaml.ScalarNode and implicit[0] else _QUOTED

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


if yaml.__with_libyaml__:

    class _Loader(_Composer, yaml.cyaml.CParser):  # type: ignore[name-defined, misc]
        pass

else:

    class _Loader(  # type: ignore[no-redef]
        _Composer, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer
    ):
        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)
            yaml.composer.Composer.__init__(self)


def load_file(path: Path, problems: Problems) -> Node | None:
    """Reads a YAML file; None where it is empty, missing, or not YAML at all, the latter two with a problem."""
    text = read_text(path, problems)
    return None if text is None else load_text(text, str(path), problems)


def read_text(path: Path, problems: Problems) -> str | None:
    """The text of a file with its own line breaks; None, with a problem, where it cannot be read as one."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.error("file-not-found", f"file {str(path)!r} does not exist", fix=FIX_OF_MISSING_FILE)
    except OSError as error:
        problems.error("file-not-found", f"file {str(path)!r} cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        problems.error("yaml-syntax", f"not a UTF-8 text: {error.reason} at byte {error.start}", Location(str(path), 1))
    return None


def load_text(text: str, file: str, problems: Problems) -> Node | None:
    """Reads YAML from a text; ``file`` is its name in problems."""
    source = Source(file, text)
    try:
        root = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        problems.error("yaml-syntax", _syntax_message(error), _mark_location(error, file))
        return None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problems.error("yaml-syntax", f"invalid character: {error.reason}", Location(file, line))
        return None
    return None if root is None else _Converter(source, problems).convert(root)


def _syntax_message(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return "not valid YAML: " + ", ".join(parts)


def _mark_location(error: yaml.MarkedYAMLError, file: str) -> Location:
    mark = error.problem_mark or error.context_mark
    return Location(file, mark.line + 1, mark.column + 1) if mark else Location(file, 1)


class _Converter:
    """Turns PyYAML's nodes into ours, reporting duplicate keys."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._done: dict[int, Node] = {}

    def convert(self, raw: yaml.Node) -> Node:
        if isinstance(raw, yaml.ScalarNode):
            return Scalar(raw, self._source, raw.value, raw.tag == _PLAIN)
        known = self._done.get(id(raw))
        if known is not None:
            return known
        # An alias to a node that contains it ends here instead of recursing for ever.
        self._done[id(raw)] = Scalar(raw, self._source, "", is_plain=True)
        node = self._mapping(raw) if isinstance(raw, yaml.MappingNode) else self._sequence(raw)
        self._done[id(raw)] = node
        return node

    def _sequence(self, raw: yaml.Node) -> Sequence:
        return Sequence(raw, self._source, [self.convert(item) for item in raw.value])

    def _mapping(self, raw: yaml.Node) -> Mapping:
        node = Mapping(raw, self._source)
        merged: list[Node] = []
        for raw_key, raw_value in raw.value:
            key = self.convert(raw_key)
            if not isinstance(key, Scalar):
                self._problems.error("wrong-type", f"a key must be a text, not {key.kind}", key.where)
            elif key.text == "<<" and key.is_plain:
                value = self.convert(raw_value)
                merged.extend(value if isinstance(value, Sequence) else [value])
            else:
                self._add(node, key, raw_value)
        for other in merged:
            if isinstance(other, Mapping):
                for name in other.entries.keys() - node.entries.keys():
                    node.entries[name], node.keys[name] = other.entries[name], other.keys[name]
        return node

    def _add(self, node: Mapping, key: Scalar, raw_value: yaml.Node) -> None:
        if key.text in node.entries:
            self._problems.error(
                "duplicate-key",
                f"key {key.text!r} is written twice, first in line {node.where_key(key.text).line}",
                key.where,
                "join the two, or rename one",
            )
            return
        node.entries[key.text] = self.convert(raw_value)
        node.keys[key.text] = key

"""A YAML file as its author wrote it: where its nodes and comments stand in the text, and edits of that text.

Rewriting only what changes keeps order, comments, quotes and indentation as they are, which no dumper can promise.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from framework.bot.document import Mapping, Node, load_text
from framework.bot.problems import Problems
from framework.bot.source_text import indents_lists


@dataclass(frozen=True, slots=True)
class Edit:
    """Puts a text in the place of the characters from ``start`` up to ``end``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Comment:
    """A comment with its ``#``, and where it starts."""

    start: int
    text: str


class SourceFile:
    """The text of a file with the YAML that it holds."""

    def __init__(self, path: Path, text: str, root: Mapping) -> None:
        self.path = path
        self.text = text
        self.root = root
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    @property
    def newline(self) -> str:
        """What ends a line of this file."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def start_of(self, node: Node) -> int:
        """Where a node starts."""
        return self._starts[node.raw.start_mark.line] + node.raw.start_mark.column

    def end_of(self, node: Node) -> int:
        """Where the last value of a node ends, before what blanks and comments follow."""
        raw = node.raw
        while isinstance(raw, yaml.CollectionNode) and not raw.flow_style and raw.value:
            last = raw.value[-1]
            raw = last[1] if isinstance(last, tuple) else last
        end = self._starts[raw.end_mark.line] + raw.end_mark.column
        start = self._starts[raw.start_mark.line] + raw.start_mark.column
        return start + len(self.text[start:end].rstrip())

    def slice_of(self, node: Node) -> str:
        """A node as it is written."""
        return self.text[self.start_of(node) : self.end_of(node)]

    def line_start(self, place: int) -> int:
        """Where the line of a place starts."""
        return self._starts[bisect_right(self._starts, place) - 1]

    def line_end(self, place: int) -> int:
        """Where the line of a place ends, before its line break."""
        start = self.line_start(place)
        return start + len(self.text[start : self.next_line(place)].rstrip("\r\n"))

    def next_line(self, place: int) -> int:
        """Where the line after that of a place starts, or the end of the file."""
        following = bisect_right(self._starts, place)
        return self._starts[following] if following < len(self._starts) else len(self.text)

    def column(self, place: int) -> int:
        """How many characters stand before a place in its line."""
        return place - self.line_start(place)

    def comments(self, start: int, end: int) -> list[Comment]:
        """The comments that start in a part of the text."""
        return [comment for comment in self._comments if start <= comment.start < end]

    @cached_property
    def indents_lists(self) -> bool:
        """Whether lists stand further in than their keys, as the first one of the file does."""
        return bool(indents_lists(self.root))

    @property
    def uses_aliases(self) -> bool:
        """Whether the file refers to parts of itself (``*name``, ``<<``)."""
        return any(isinstance(token, yaml.AliasToken) for token in self._tokens)

    @cached_property
    def _tokens(self) -> list[yaml.Token]:
        return list(yaml.scan(self.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))

    @cached_property
    def _comments(self) -> list[Comment]:
        """A ``#`` that starts a line or follows a blank, and stands in no scalar, starts a comment."""
        scalars = [token for token in self._tokens if isinstance(token, yaml.ScalarToken)]
        spans = [
            (
                self._starts[token.start_mark.line] + token.start_mark.column,
                self._starts[token.end_mark.line] + token.end_mark.column,
            )
            for token in scalars
        ]
        starts = [start for start, _ in spans]
        found: list[Comment] = []
        place = self.text.find("#")
        while place >= 0:
            before = bisect_right(starts, place) - 1
            is_in_scalar = before >= 0 and place < spans[before][1]
            if not is_in_scalar and (place == 0 or self.text[place - 1].isspace()):
                end = self.line_end(place)
                found.append(Comment(place, self.text[place:end].rstrip()))
                place = end
            place = self.text.find("#", place + 1)
        return found


def parse_source(path: Path, text: str, problems: Problems) -> SourceFile | None:
    """A file with its YAML; None where that is not a mapping of keys, with a problem if it is not YAML."""
    root = load_text(text, str(path), problems)
    return SourceFile(path, text, root) if isinstance(root, Mapping) else None


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits; insertions at the same place stand in the order given.

    Raises:
        ValueError: two edits change the same characters.
    """
    parts: list[str] = []
    place = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < place:
            raise ValueError(f"two edits of the characters before {place}")
        parts += (text[place : edit.start], edit.text)
        place = edit.end
    return "".join([*parts, text[place:]])


def remove_entry(file: SourceFile, owner: Mapping, key: str) -> Edit:
    """Takes a key with its value out of a mapping that is written line by line; its comments stay."""
    start = file.line_start(file.start_of(owner.keys[key]))
    end = file.end_of(owner.entries[key])
    indent = " " * file.column(file.start_of(owner.keys[key]))
    kept = [f"{indent}{comment.text}{file.newline}" for comment in file.comments(start, file.line_end(end))]
    return Edit(start, file.next_line(end), "".join(kept))


def comments_above(file: SourceFile, place: int, comments: Iterable[str]) -> Edit:
    """Puts comments on lines of their own above the line of a place."""
    start = file.line_start(place)
    line = file.text[start : file.line_end(place)]
    indent = line[: len(line) - len(line.lstrip(" "))]
    return Edit(start, start, "".join(f"{indent}{comment}{file.newline}" for comment in comments))

"""The text of a YAML file, line by line, and where in it new lines can go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import yaml

from framework.bot.document import Mapping, Node
from framework.bot.document import Sequence as ListNode
from framework.bot.yaml_writer import dump_yaml, dump_yaml_with_indented_lists, flow_yaml

_INDENT = 2
_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029])|[^\r\n\x85\u2028\u2029]+")
_LINE_END = re.compile(r"(?:\r\n|[\r\n\x85\u2028\u2029])\Z")


class SourceText:
    """Lines of a file; every method returns the text as it would be, and changes nothing."""

    def __init__(self, text: str) -> None:
        self._written = _LINE.findall(text)
        self.lines = [_LINE_END.sub("", line) for line in self._written]
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def with_lines(self, after: int, new: Iterable[str]) -> str:
        """The text with lines below the line ``after`` (from 0; -1: at the beginning)."""
        return self._replaced(after + 1, after + 1, new)

    def with_section(self, key: str, content: Sequence[Any] | dict[str, Any], *, indents: bool, spaced: bool) -> str:
        """The text with a new key at its end."""
        column = _INDENT if indents or isinstance(content, dict) else 0
        lines = [f"{key}:", *block_lines(content, column, indents=indents, spaced=spaced)]
        return self.with_lines(len(self.lines) - 1, ["", *lines] if self.lines else lines)

    def with_first(
        self, owner: Mapping, key: str, content: Sequence[Any] | dict[str, Any], *, indents: bool, spaced: bool
    ) -> str:
        """The text with content under a key that has none: nothing, or an empty list or table, on the key's line."""
        start, end = owner.entries[key].raw.start_mark, owner.entries[key].raw.end_mark
        line = self.lines[start.line]
        emptied = (line[: start.column].rstrip() + line[end.column :]).rstrip()
        column = owner.keys[key].raw.start_mark.column + (_INDENT if indents or isinstance(content, dict) else 0)
        new = block_lines(content, column, indents=indents, spaced=spaced)
        if emptied == line:
            return self.with_lines(start.line, new)
        return self._replaced(start.line, start.line + 1, [emptied, *new])

    def with_more(
        self, node: ListNode | Mapping, content: Sequence[Any] | dict[str, Any], *, indents: bool, spaced: bool
    ) -> str:
        """The text with more at the end of a list or table in which there is something.

        ``spaced``: whether to leave an empty line, where it cannot be seen from what is there.
        """
        entries = _entries(node.raw)
        if is_flow(node):
            return self._with_more_in_brackets(entries[-1][-1], content)
        column = node.raw.start_mark.column
        is_spaced = self._is_spaced([entry[0].start_mark.line for entry in entries], default=spaced)
        new = block_lines(content, column, indents=indents, spaced=is_spaced)
        return self.with_lines(self._after_comments(self.last_line(node.raw), column), ["", *new] if is_spaced else new)

    def last_line(self, raw: yaml.Node) -> int:
        """The line, from 0, on which the content of a node ends, before what blanks and comments follow."""
        while isinstance(raw, yaml.CollectionNode) and not raw.flow_style and raw.value:
            raw = _entries(raw)[-1][-1]
        start, end = raw.start_mark, raw.end_mark
        line = min(end.line if end.column or end.line == start.line else end.line - 1, len(self.lines) - 1)
        while line > start.line and not self.lines[line].strip():
            line -= 1
        return line

    def _with_more_in_brackets(self, last: yaml.Node, content: Sequence[Any] | dict[str, Any]) -> str:
        number, column = last.end_mark.line, last.end_mark.column
        line = self.lines[number]
        added = flow_yaml(dict(content) if isinstance(content, dict) else list(content))[1:-1].strip()
        return self._replaced(number, number + 1, [f"{line[:column]}, {added}{line[column:]}"])

    def _is_spaced(self, starts: Sequence[int], *, default: bool) -> bool:
        """Whether there are empty lines between entries that start on these lines."""
        if len(starts) == 1:
            return default
        return any(not self.lines[self._first_comment(start) - 1].strip() for start in starts[1:])

    def _first_comment(self, line: int) -> int:
        """Where the comments right above a line begin."""
        while line > 0 and self.lines[line - 1].lstrip().startswith("#"):
            line -= 1
        return line

    def _after_comments(self, line: int, column: int) -> int:
        """The last of the comments right below a line that still belong to it: those that stand further in."""
        while line + 1 < len(self.lines):
            following = self.lines[line + 1].lstrip(" ")
            if not following.startswith("#") or len(self.lines[line + 1]) - len(following) <= column:
                break
            line += 1
        return line

    def _replaced(self, start: int, end: int, new: Iterable[str]) -> str:
        """The text with other lines in the place of some; all others stay as they are, to the character."""
        before = "".join(self._written[:start])
        if before and not _LINE_END.search(before):
            before += self._newline
        return before + "".join(f"{line}{self._newline}" for line in new) + "".join(self._written[end:])


def block_lines(
    content: Sequence[Any] | dict[str, Any], column: int, *, indents: bool, spaced: bool = False
) -> list[str]:
    """The items of a list or the entries of a table as lines that begin at a column.

    ``indents``: lists inside stand further in than their keys. ``spaced``: with an empty line in between.
    """
    dump = dump_yaml_with_indented_lists if indents else dump_yaml
    parts = [{key: value} for key, value in content.items()] if isinstance(content, dict) else content
    lines: list[str] = []
    for part in parts:
        if lines and spaced:
            lines.append("")
        if isinstance(content, dict):
            written = dump(part).splitlines()
        else:
            written = [line[_INDENT if indents else 0 :] for line in dump({"list": [part]}).splitlines()[1:]]
        lines += [f"{' ' * column}{line}" if line else line for line in written]
    return lines


def is_flow(node: Node) -> bool:
    """Whether a list or table is written in brackets or braces."""
    return isinstance(node.raw, yaml.CollectionNode) and bool(node.raw.flow_style)


def indents_lists(node: Node) -> bool | None:
    """Whether lists stand further in than their keys, as the first list inside does; None where there is none."""
    return next(_list_indents(node), None)


def _list_indents(node: Node) -> Iterator[bool]:
    if isinstance(node, Mapping) and not is_flow(node):
        for key, value in node.entries.items():
            if isinstance(value, ListNode) and not is_flow(value):
                yield value.raw.start_mark.column > node.keys[key].raw.start_mark.column
            yield from _list_indents(value)
    elif isinstance(node, ListNode):
        for item in node:
            yield from _list_indents(item)


def _entries(raw: yaml.Node) -> list[tuple[yaml.Node, ...]]:
    """The items of a list, or the keys of a table with their values."""
    return [entry if isinstance(entry, tuple) else (entry,) for entry in raw.value]

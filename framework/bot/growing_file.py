"""Adding to a YAML file that somebody wrote: what stands there stays as it is, comments, order and style included."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from framework.bot import document
from framework.bot.document import Node, Scalar, load_text
from framework.bot.problems import Problems
from framework.bot.source_text import SourceText, indents_lists, is_flow
from framework.bot.yaml_writer import FORMAT, Block, as_lines
from framework.errors import BotError, EnvironmentProblem, Problem

_NEW_FILE = f'version: "{FORMAT}"\n'
_BYTE_ORDER_MARK = "\ufeff"

Content = Sequence[Any] | dict[str, Any]


class GrowingFile:
    """A file to which things are added. Nothing is written before :meth:`save`.

    Additions go where the author would put them: at the end of the list or table that they belong to, in its
    indentation and style, with an empty line in between where there is one between those that are there.
    """

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self._before = text
        self._mark = _BYTE_ORDER_MARK if text is not None and text.startswith(_BYTE_ORDER_MARK) else ""
        self._text = _NEW_FILE if text is None else text.removeprefix(_BYTE_ORDER_MARK)
        self._start = self._text

    @classmethod
    def open(cls, path: Path) -> GrowingFile:
        """Reads a file; one that does not exist begins with the version of the format.

        Raises:
            EnvironmentProblem: the file is there and cannot be read.
        """
        try:
            return cls(path, path.read_bytes().decode())
        except FileNotFoundError:
            return cls(path)
        except (OSError, UnicodeDecodeError) as error:
            raise EnvironmentProblem(
                Problem(code="cannot-write", what=f"{path} cannot be added to: {error}")
            ) from error

    @property
    def text(self) -> str:
        """The file as it will be."""
        return self._mark + self._text

    @property
    def is_changed(self) -> bool:
        """Whether something was added."""
        return self._text != self._start

    def add_items(self, key: str, items: Sequence[Any], *, spaced: bool = False) -> None:
        """Adds to the list under a key of the file, which is made if there is none.

        ``spaced``: leave an empty line between items where the list does not show whether to.

        Raises:
            BotError: the file is not written in a way that can be added to.
        """
        self._add(key, list(items), spaced=spaced)

    def add_entries(self, key: str, entries: Mapping[str, Any], *, spaced: bool = False) -> None:
        """Adds to the table under a key of the file; otherwise as :meth:`add_items`.

        Raises:
            BotError: the file is not written in a way that can be added to.
        """
        self._add(key, dict(entries), spaced=spaced)

    def add_examples(self, intent: str, examples: Sequence[str]) -> None:
        """Adds annotated texts to the examples of an intent, the last ones of that name; else to new ones.

        Raises:
            BotError: the file is not written in a way that can be added to.
        """
        node = self._examples_of(intent)
        lines = as_lines(examples)
        is_block = isinstance(node, Scalar) and getattr(node.raw, "style", None) == "|" and bool(node.text.strip())
        if is_block and isinstance(node, Scalar) and isinstance(lines, Block):
            source = SourceText(self._text)
            last = source.last_line(node.raw)
            margin = source.lines[last][: -len(source.lines[last].lstrip(" "))]
            text = source.with_lines(last, [f"{margin}{line}" for line in lines.splitlines()])
            self._accept(text, lambda data: _examples_in(data, intent, lambda old: f"{old.rstrip()}\n{lines}"))
        elif isinstance(node, document.Sequence) and node.items:
            items = [{"text": text} if isinstance(node.items[-1], document.Mapping) else text for text in examples]
            text = SourceText(self._text).with_more(node, items, indents=self._indents(node), spaced=False)
            self._accept(text, lambda data: _examples_in(data, intent, lambda old: [*old, *items]))
        else:
            self.add_items("nlu", [{"intent": intent, "examples": lines}], spaced=True)

    def diff(self) -> list[str]:
        """What :meth:`save` changes: ``@@`` and a place, then lines that go (``-``), come (``+``) and stand around."""
        before = [] if self._before is None else SourceText(self._start).lines
        after = SourceText(self._text).lines
        # The usual heuristics take empty lines for noise in a long file, and show them as moved.
        changes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(1)
        shown: list[str] = []
        for group in changes:
            shown.append(f"@@ {self.path}:{group[0][3] + 1}")
            for kind, start, end, new_start, new_end in group:
                if kind == "equal":
                    shown += [f" {line}" for line in before[start:end]]
                    continue
                shown += [f"-{line}" for line in before[start:end]]
                shown += [f"+{line}" for line in after[new_start:new_end]]
        return shown

    def save(self) -> None:
        """Writes the file in one step: whoever reads it meanwhile sees all of it as it was, or all as it is now.

        Raises:
            EnvironmentProblem: the file cannot be written.
        """
        target = self.path.resolve()
        draft = target.with_name(f".{target.name}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(self.text.encode())
            if target.exists():
                shutil.copymode(target, draft)
            os.replace(draft, target)  # noqa: PTH105 - named as what it is: one step
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise EnvironmentProblem(
                Problem(code="cannot-write", what=f"{self.path} cannot be written: {error.strerror}")
            ) from error

    def _add(self, key: str, content: Content, *, spaced: bool) -> None:
        root = self._root()
        node = None if root is None else root.entries.get(key)
        source = SourceText(self._text)
        indents = self._indents(node)
        kind = document.Mapping if isinstance(content, dict) else document.Sequence
        if root is None or node is None:
            text = source.with_section(key, content, indents=indents, spaced=spaced)
        elif node.is_null or node.data() in ([], {}):
            text = source.with_first(root, key, content, indents=indents, spaced=spaced)
        elif isinstance(node, document.Sequence | document.Mapping) and isinstance(node, kind):
            text = source.with_more(node, content, indents=indents, spaced=spaced)
        else:
            raise self._unfit(f"{key!r} has {node.kind} as its value")
        self._accept(text, lambda data: data.update({key: _grown(data.get(key), content)}))

    def _root(self) -> document.Mapping | None:
        problems = Problems()
        root = load_text(self._text, str(self.path), problems)
        if problems.errors():
            raise BotError(problems.errors())
        if root is None or root.is_null:
            return None
        if not isinstance(root, document.Mapping) or is_flow(root):
            raise self._unfit("it is not a table of keys, one below the other")
        return root

    def _examples_of(self, intent: str) -> Node | None:
        root = self._root()
        nlu = None if root is None else root.get("nlu")
        items = nlu.items if isinstance(nlu, document.Sequence) else []
        tables = [item for item in items if isinstance(item, document.Mapping) and item.get("examples")]
        named = [(item.get("intent"), item.get("examples")) for item in tables]
        return next((found for name, found in reversed(named) if name and name.data() == intent), None)

    def _indents(self, node: Node | None) -> bool:
        """Whether lists stand further in than their keys, here or else in the rest of the file."""
        root = self._root()
        found = None if node is None else indents_lists(node)
        return bool(indents_lists(root) if found is None and root is not None else found)

    def _accept(self, text: str, grow: Callable[[dict[str, Any]], object]) -> None:
        """Takes the text if it says what the file said and what was to be added, and nothing else."""
        root = self._root()
        meant = {} if root is None else root.data()
        grow(meant)
        before, self._text = self._text, text
        try:
            root = self._root()
        except BotError:
            root = None
        if root is None or _comparable(root.data()) != _comparable(meant):
            self._text = before
            raise self._unfit("the result would not read as it is meant")

    def _unfit(self, reason: str) -> BotError:
        return BotError(
            Problem(code="cannot-write", what=f"{self.path} cannot be added to: {reason}", fix="choose another file")
        )


def _grown(old: Any, content: Content) -> Content:
    return {**(old or {}), **content} if isinstance(content, dict) else [*(old or []), *content]


def _examples_in(data: dict[str, Any], intent: str, grow: Callable[[Any], Any]) -> None:
    item = next(item for item in reversed(data["nlu"]) if item.get("intent") == intent and item.get("examples"))
    item["examples"] = grow(item["examples"])


def _comparable(value: Any) -> Any:
    """A value in which the ends of lines at the end of a text do not count."""
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_comparable(item) for item in value]
    return value.rstrip() if isinstance(value, str) else value

"""Writes YAML as people write it: in the order given, texts bare where that is safe, lists of lines as blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from framework.bot.scalars import resolve

FORMAT = "3.1"


class Block(str):
    """A text to write as a block of lines (``|``)."""

    __slots__ = ()


def dump_yaml(content: Mapping[str, Any]) -> str:
    """The text of a file with these keys; lists stand below the key that they belong to, not indented."""
    return _dump(content, _Dumper)


def dump_yaml_with_indented_lists(content: Mapping[str, Any]) -> str:
    """As :func:`dump_yaml`, with the items of lists two columns further in than their key."""
    return _dump(content, _IndentingDumper)


def flow_yaml(content: Mapping[str, Any] | list[Any]) -> str:
    """A mapping or a list in braces or brackets, on one line."""
    text: str = yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"), default_flow_style=True
    )
    return text.strip()


def as_lines(texts: Iterable[str]) -> Block | list[str]:
    """The texts as a block of lines that start with ``-``, or as a list where one cannot stand on a line of its own."""
    found = list(texts)
    if all(text.isprintable() and text.strip() == text != "" for text in found):
        return Block("".join(f"- {text}\n" for text in found))
    return found


class _Dumper(yaml.SafeDumper):
    """Quotes what the YAML 1.2 core schema would not read as a text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - called by PyYAML
        return True


class _IndentingDumper(_Dumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = ("|" if "\n" in text else None) if isinstance(resolve(text), str) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


def _represent_block(dumper: _Dumper, text: Block) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|")


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Block, _represent_block)
_IndentingDumper.add_representer(str, _represent_text)
_IndentingDumper.add_representer(Block, _represent_block)


def _dump(content: Mapping[str, Any], dumper: type[_Dumper]) -> str:
    text: str = yaml.dump(content, Dumper=dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
    return text

"""Texts that are written once for each language: ``text: {en: Hello, de: Hallo}``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from typing import TypeVar

from framework.bot.document import Mapping, Node
from framework.bot.expect import as_text
from framework.bot.problems import Problems

ValueT = TypeVar("ValueT")

FOR_ALL = ""
"""The code of a text that is for all languages."""

_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_PARTS = re.compile("[-_]")


def read_texts(node: Mapping, name: str, problems: Problems) -> dict[str, str]:
    """Reads a mapping from language codes to texts."""
    texts: dict[str, str] = {}
    if not node.entries:
        problems.error("invalid-response", f"{name} is in no language", node.where, "write `en: ...`")
    for code, value in node.entries.items():
        text = value.data()
        if _CODE.fullmatch(code) is None:
            problems.error(
                "invalid-response",
                f"{code!r} in {name} is no language",
                node.where_key(code),
                "write the language's code, such as `en` or `pt-BR`",
            )
        elif not isinstance(text, str):
            problems.error("wrong-type", f"{name} in {code!r} must be a text, not {value.kind}", value.where)
        else:
            texts[code] = text
    return texts


def read_label(node: Node | None, name: str, problems: Problems) -> dict[str, str]:
    """Reads a text for all languages, under an empty code, or one for each."""
    if isinstance(node, Mapping):
        return read_texts(node, name, problems)
    text = as_text(node, name, problems)
    return {} if text is None else {FOR_ALL: text}


def written_label(label: AnyMapping[str, str]) -> str | dict[str, str]:
    """A label as it is written in a file."""
    return label[FOR_ALL] if FOR_ALL in label else dict(label)


def in_language(values: AnyMapping[str, ValueT], wanted: Sequence[str | None]) -> ValueT:
    """The value for the first of the ``wanted`` languages that has one, else the first value that was written.

    ``pt-BR`` is served by ``pt`` where there is nothing nearer, and ``pt`` by ``pt-BR``. ``values`` must not be empty.
    """
    for language in wanted:
        if language:
            wanted_parts = _parts(language)
            near = [code for code in values if _parts(code)[0] == wanted_parts[0]]
            if near:
                return values[max(near, key=lambda code: _shared(_parts(code), wanted_parts))]
    return next(iter(values.values()))


def is_variety_of_any(code: str, codes: Iterable[str]) -> bool:
    """Whether a language is one of ``codes``, or a variety of one (``pt-BR`` of ``pt``), or the other way round."""
    return any(_parts(other)[0] == _parts(code)[0] for other in codes)


def _parts(code: str) -> list[str]:
    return _PARTS.split(code.lower())


def _shared(left: list[str], right: list[str]) -> tuple[int, int]:
    """How well two codes of one language agree: parts in common, then as few others as can be."""
    common = sum(a == b for a, b in zip(left, right, strict=False))
    return common, -len(left)

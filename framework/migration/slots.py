"""Slots: they get the mappings that forms and entities of the same name gave them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from framework.bot import document
from framework.bot.document import Scalar
from framework.bot.domain import Domain, SlotMapping
from framework.bot.domain_json import mapping_to_dict
from framework.bot.problems import Problems
from framework.bot.slot_reader import read_mappings, type_of_2
from framework.bot.source_text import block_lines, is_flow
from framework.bot.yaml_writer import flow_yaml
from framework.migration.source import Edit, SourceFile, comments_above, remove_entry

_AUTO_FILL = "auto_fill"
_MAPPINGS = "mappings"


def slot_edits(file: SourceFile, domain: Domain, comments: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    """Finds what has to change in the ``slots:`` of a file.

    Args:
        file: a file of the domain.
        domain: all files of it, as they are understood.
        comments: by slot, comments that come along with its mappings.
    """
    slots = file.root.get("slots")
    if isinstance(slots, document.Mapping):
        for name, entry in slots.entries.items():
            if isinstance(entry, document.Mapping):
                mappings = domain.slots[name].mappings
                change = _in_flow if is_flow(entry) else _in_block
                yield from change(file, entry, mappings, comments.get(name, ()))


def _in_block(
    file: SourceFile, entry: document.Mapping, mappings: Sequence[SlotMapping], comments: Sequence[str]
) -> Iterator[Edit]:
    kind = _newer_type(entry)
    if kind is not None:
        node = entry.entries["type"]
        yield Edit(file.start_of(node), file.end_of(node), kind)
    if _AUTO_FILL in entry.entries:
        yield remove_entry(file, entry, _AUTO_FILL)
    if _are_written(entry, mappings):
        return
    indent = " " * file.column(file.start_of(entry))
    old = entry.entries.get(_MAPPINGS)
    if old is not None:
        start, end = file.start_of(entry.keys[_MAPPINGS]), file.end_of(old)
        inner = [comment.text for comment in file.comments(start, end)]
        text = file.newline.join(_lines(file, mappings, [*inner, *comments], indent))
        yield Edit(start, end, text.removeprefix(indent))
        return
    last = [value for key, value in entry.entries.items() if key != _AUTO_FILL][-1]
    place = file.line_end(file.end_of(last))
    yield Edit(place, place, "".join(file.newline + line for line in _lines(file, mappings, comments, indent)))


def _in_flow(
    file: SourceFile, entry: document.Mapping, mappings: Sequence[SlotMapping], comments: Sequence[str]
) -> Iterator[Edit]:
    kind = _newer_type(entry)
    kept = {key: file.slice_of(value) for key, value in entry.entries.items() if key != _AUTO_FILL}
    if kind is not None:
        kept["type"] = kind
    if not _are_written(entry, mappings):
        kept[_MAPPINGS] = flow_yaml([_written(mapping) for mapping in mappings])
    elif kind is None and _AUTO_FILL not in entry.entries:
        return
    start, end = file.start_of(entry), file.end_of(entry)
    inner = [comment.text for comment in file.comments(start, end)]
    yield comments_above(file, start, [*inner, *comments])
    yield Edit(start, end, "{" + ", ".join(f"{key}: {value}" for key, value in kept.items()) + "}")


def _newer_type(entry: document.Mapping) -> str | None:
    node = entry.entries.get("type")
    return type_of_2(node.text) if isinstance(node, Scalar) else None


def _are_written(entry: document.Mapping, mappings: Sequence[SlotMapping]) -> bool:
    written = entry.get(_MAPPINGS)
    return written is not None and read_mappings(written, "a slot", Problems()) == tuple(mappings)


def _lines(file: SourceFile, mappings: Sequence[SlotMapping], comments: Sequence[str], indent: str) -> list[str]:
    written: dict[str, object] = {_MAPPINGS: [_written(mapping) for mapping in mappings]}
    key, *items = block_lines(written, len(indent), indents=file.indents_lists)
    inner = f"{indent}  " if file.indents_lists else indent
    return [key, *(f"{inner}{comment}" for comment in comments), *items]


def _written(mapping: SlotMapping) -> dict[str, object]:
    keys = mapping_to_dict(mapping)
    conditions = keys.pop("conditions", None)
    return {**keys, **({"conditions": conditions} if conditions else {})}

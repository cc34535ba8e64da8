"""Forms: the mappings of their slots leave, the names of the slots stay."""

from __future__ import annotations

from dataclasses import dataclass, field

from framework.bot.document import Mapping, Node, Scalar, Sequence
from framework.bot.form_reader import SlotsWithMappings, slots_with_mappings
from framework.bot.source_text import is_flow
from framework.migration.source import Edit, SourceFile, comments_above

_NO_SLOTS = "required_slots: []"


@dataclass(slots=True)
class FormChanges:
    """What becomes of the forms of a file."""

    edits: list[Edit] = field(default_factory=list)
    comments: dict[str, list[str]] = field(default_factory=dict)
    """By slot: the comments that stood among its mappings, which go where the mappings go."""
    asked: list[Scalar] = field(default_factory=list)
    """The names of the slots whose mappings leave."""


def change_forms(file: SourceFile) -> FormChanges:
    """Finds what has to change in the ``forms:`` of a file."""
    changes = FormChanges()
    node = file.root.get("forms")
    if isinstance(node, Sequence):
        changes.edits += _list_of_forms(file, node)
    elif isinstance(node, Mapping):
        for name, form in node.entries.items():
            if form.is_null:
                changes.edits.append(_empty_form(file, node, name))
            elif isinstance(form, Mapping):
                _change_form(file, form, changes)
    return changes


def _list_of_forms(file: SourceFile, forms: Sequence) -> list[Edit]:
    names = [item for item in forms if isinstance(item, Scalar)]
    if is_flow(forms):
        written = ", ".join(f"{file.slice_of(name)}: {{{_NO_SLOTS}}}" for name in names)
        return [Edit(file.start_of(forms), file.end_of(forms), f"{{{written}}}")]
    edits = []
    for name in names:
        dash = file.text.rindex("-", 0, file.start_of(name))
        column = file.column(dash)
        first = "" if column else "  "
        text = f"{first}{file.slice_of(name)}:{file.newline}{' ' * (column or 2)}  {_NO_SLOTS}"
        edits.append(Edit(dash, file.end_of(name), text))
    return edits


def _empty_form(file: SourceFile, forms: Mapping, name: str) -> Edit:
    key = forms.keys[name]
    inner = f"{file.newline}{' ' * (key.raw.start_mark.column * 2)}{_NO_SLOTS}"
    written = f" {{{_NO_SLOTS}}}" if is_flow(forms) else inner
    return Edit(file.end_of(key), file.end_of(forms.entries[name]), f":{written}")


def _change_form(file: SourceFile, form: Mapping, changes: FormChanges) -> None:
    older = slots_with_mappings(form)
    if older is not None:
        _move_mappings(file, form, older, changes)
    elif "required_slots" not in form.entries:
        changes.edits.append(_without_slots(file, form))


def _without_slots(file: SourceFile, form: Mapping) -> Edit:
    if is_flow(form):
        start = file.start_of(form) + 1
        return Edit(start, start, f"{_NO_SLOTS}, " if form.entries else _NO_SLOTS)
    start = file.start_of(form)
    return Edit(start, start, f"{_NO_SLOTS}{file.newline}{' ' * file.column(start)}")


def _move_mappings(file: SourceFile, form: Mapping, older: SlotsWithMappings, changes: FormChanges) -> None:
    keys = [older.owner.keys[slot] for slot in older.slots]
    changes.asked += keys
    if is_flow(older.owner):
        inner = file.comments(file.start_of(older.owner), file.end_of(older.owner))
        changes.edits += (
            comments_above(file, file.start_of(older.owner), [comment.text for comment in inner]),
            _as_flow_list(file, form, older, keys),
        )
        return
    dash = "- "
    if older.owner is form:
        dash = "  - " if file.indents_lists else dash
        start = file.start_of(keys[0])
        changes.edits.append(Edit(start, start, f"required_slots:{file.newline}{' ' * file.column(start)}"))
    for slot, key in zip(older.slots, keys, strict=True):
        changes.edits.append(Edit(file.start_of(key), file.start_of(key), dash))
        _cut_mappings(file, key, older.owner.entries[slot], changes)


def _as_flow_list(file: SourceFile, form: Mapping, older: SlotsWithMappings, keys: list[Scalar]) -> Edit:
    names = f"[{', '.join(file.slice_of(key) for key in keys)}]"
    if older.owner is not form:
        return Edit(file.start_of(older.owner), file.end_of(older.owner), names)
    others = [
        f"{file.slice_of(form.keys[key])}: {file.slice_of(value)}"
        for key, value in form.entries.items()
        if key not in older.slots
    ]
    return Edit(file.start_of(form), file.end_of(form), "{" + ", ".join([f"required_slots: {names}", *others]) + "}")


def _cut_mappings(file: SourceFile, key: Scalar, mappings: Node, changes: FormChanges) -> None:
    """Leaves of a slot only its name, and the comment behind it."""
    colon = file.text.index(":", file.end_of(key))
    end = file.end_of(mappings)
    if file.line_start(colon) == file.line_start(end):
        changes.edits.append(Edit(file.end_of(key), end, ""))
        return
    start, end = file.line_end(colon), file.line_end(end)
    changes.edits += (Edit(file.end_of(key), colon + 1, ""), Edit(start, end, ""))
    found = [comment.text for comment in file.comments(start, end)]
    changes.comments.setdefault(key.text, []).extend(found)

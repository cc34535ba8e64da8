"""Stories, rules and NLU data: the version, and the steps that are called otherwise today."""

from __future__ import annotations

from collections.abc import Iterator

from framework.bot.document import Mapping, Node, Sequence
from framework.migration.source import Edit, SourceFile, apply
from framework.migration.versions import has_older_version, version_edits

_TABLES = ("stories", "rules")
_STEP_LISTS = ("steps", "condition")


def migrate_training_data(file: SourceFile) -> str:
    """The text of a file in the 3.1 format; one without a version is left without."""
    edits = [*(version_edits(file) if has_older_version(file) else ()), *_form_steps(file)]
    return apply(file.text, edits)


def _form_steps(file: SourceFile) -> Iterator[Edit]:
    """Calls a step ``form: name`` by its name of today, ``active_loop: name``."""
    for table in _TABLES:
        for entry in _mappings(file.root.get(table)):
            for key in _STEP_LISTS:
                for step in _mappings(entry.get(key)):
                    name = step.keys.get("form")
                    if name is not None and len(step.entries) == 1:
                        yield Edit(file.start_of(name), file.end_of(name), "active_loop")


def _mappings(node: Node | None) -> Iterator[Mapping]:
    if isinstance(node, Sequence):
        yield from (item for item in node if isinstance(item, Mapping))

"""The ``version`` key of a file."""

from __future__ import annotations

from collections.abc import Iterator

from framework.bot.document import Scalar
from framework.bot.yaml_writer import FORMAT
from framework.migration.source import Edit, SourceFile

_FIRST_FORMAT_TO_KEEP = 3


def version_edits(file: SourceFile) -> Iterator[Edit]:
    """Writes the current version where there is none or one before 3.0."""
    node = file.root.entries.get("version")
    if node is None:
        start = file.next_line(0) if file.text.startswith(("---", "%")) else 0
        blank = "" if file.text.startswith(file.newline, start) else file.newline
        yield Edit(start, start, f'version: "{FORMAT}"{file.newline}{blank}')
    elif is_older(node.data()):
        quote = "'" if file.slice_of(node).startswith("'") else '"'
        yield Edit(file.start_of(node), file.end_of(node), f"{quote}{FORMAT}{quote}")


def has_older_version(file: SourceFile) -> bool:
    """Whether a file says that it is of a version before 3.0."""
    node = file.root.entries.get("version")
    return isinstance(node, Scalar) and is_older(node.data())


def is_older(version: object) -> bool:
    """Whether a version is one before 3.0."""
    major = str(version).partition(".")[0]
    return major.isdecimal() and int(major) < _FIRST_FORMAT_TO_KEEP

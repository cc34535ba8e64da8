"""The code in the documentation: blocks whose first line names the file they belong to."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
_ADDITION = re.compile(
    r"^```yaml\n# more for \S+?\.yml(?:, under (?P<key>\w+)|;[^\n]*)?\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
_BLOCK = re.compile(r"^```(?:yaml|python|toml)\n# (?P<file>\S+\.\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def files_in(page: str) -> dict[str, str]:
    """The files that a page writes out in full, by name."""
    text = (PROJECT / page).read_text(encoding="utf-8")
    return {match["file"]: match["code"] for match in _BLOCK.finditer(text)}


def write_files(page: str, folder: Path) -> None:
    """Makes the files of a page."""
    for name, code in files_in(page).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")


def additions_in(page: str) -> list[str]:
    """The YAML of the blocks that say what to add to a file, each as a document of its own.

    The first line names the file, and the key under which a list goes: ``# more for data/nlu.yml, under nlu``.
    """
    text = (PROJECT / page).read_text(encoding="utf-8")
    return [
        f"{match['key']}:\n{match['code']}" if match["key"] else match["code"] for match in _ADDITION.finditer(text)
    ]

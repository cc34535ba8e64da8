"""The tables of keys in the components' reference pages.

python -m tests.components.key_tables    writes them anew, from the configs
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from framework.registry import PIPELINE_KINDS, create_registry

PAGES = Path(__file__).parents[2] / "docs" / "reference" / "components"
HEAD = ["| key | default | meaning |", "|---|---|---|"]


def key_rows(config: type[BaseModel]) -> list[str]:
    """A row for each key of a config: key, default, meaning."""
    fields = config.model_fields.items()
    return [f"| `{field.alias or name}` | {_default(field)} | {field.description} |" for name, field in fields]


def is_key_row(line: str) -> bool:
    """Whether a line of a page is a row of its table of keys."""
    return line.startswith("| `")


def main() -> None:
    """Replaces the rows of every page that has a table of keys."""
    registry = create_registry()
    for spec in registry.specs(PIPELINE_KINDS):
        page = PAGES / f"{spec.name}.md"
        lines = page.read_text(encoding="utf-8").splitlines()
        if HEAD[0] in lines:
            start = lines.index(HEAD[0])
            rows = [*HEAD, *key_rows(registry.load(spec.name, PIPELINE_KINDS).Config)]
            rest = [line for line in lines[start + len(HEAD) :] if not is_key_row(line)]
            page.write_text("\n".join([*lines[:start], *rows, *rest]) + "\n", encoding="utf-8")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    plain = default.model_dump() if isinstance(default, BaseModel) else default
    return f"`{json.dumps(plain, ensure_ascii=False, default=list)}`".replace("|", "\\|")


if __name__ == "__main__":
    main()

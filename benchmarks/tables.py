"""A table of results: Markdown for people, rows of JSON for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Table:
    """Rows are filled in as they are measured; a cell that was not measured is None."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    note: str = ""

    def add(self, *cells: Any) -> None:
        """Appends a row and prints it, because the next one may take long."""
        self.rows.append(cells)
        print(f"{self.title}: {self._line(cells)}", flush=True)

    def markdown(self) -> str:
        """The table under its title."""
        lines = [self._line(self.columns), self._line("---" for _ in self.columns), *map(self._line, self.rows)]
        return "\n".join([f"### {self.title}", "", *([self.note, ""] if self.note else []), *lines])

    def records(self) -> list[dict[str, Any]]:
        """The rows by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def _line(self, cells: Any) -> str:
        return "| " + " | ".join(map(show, cells)) + " |"


def show(cell: Any) -> str:
    """A cell in as many digits as mean something."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "**no**"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.3g}"
    return str(cell)

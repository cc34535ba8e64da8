"""The table in which a comparison of configs is printed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from framework.evaluation.outcomes import Comparison, Outcome


def comparison_table(comparison: Comparison, unit: str) -> Table:
    """A row for each percentage and config; ``unit`` names what there was more or less of to train with."""
    figures = list(comparison.outcomes[0].figures)
    is_timed = any(outcome.seconds is not None for outcome in comparison.outcomes)
    table = figure_table(["config", "left out", unit, *(["training"] if is_timed else []), *figures])
    for exclusion in comparison.exclusions:
        for name in comparison.names:
            series = comparison.figures(name, exclusion)
            table.add_row(
                name,
                f"{exclusion} %",
                f"{comparison.size(exclusion):.0f}",
                *([f"{comparison.seconds(name, exclusion):.1f} s"] if is_timed else []),
                *(str(series.get(figure, "")) for figure in figures),
            )
        table.add_section()
    return table


def figure_table(headings: Sequence[str]) -> Table:
    """An empty table of names and their figures."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    return table


def described(outcome: Outcome, unit: str) -> str:
    """One line on an outcome."""
    figures = ", ".join(f"{name} {100 * value:.1f} %" for name, value in outcome.figures.items())
    time = "" if outcome.seconds is None else f" in {outcome.seconds:.1f} s"
    return f"Run {outcome.run}, {outcome.name}, trained on {outcome.size} {unit}{time}: {figures}"

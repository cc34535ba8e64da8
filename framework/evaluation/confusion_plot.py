"""Draws a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from framework.errors import EnvironmentProblem, Problem

_INCHES_PER_LABEL = 0.35
_SMALLEST = 5.0
_LARGEST = 60.0
_DOTS_PER_INCH = 100


def plot_confusion_matrix(expected: Sequence[str], predicted: Sequence[str], title: str, path: Path) -> None:
    """Writes a picture: expected labels from top to bottom, predicted ones from left to right, counts in the cells.

    Raises:
        EnvironmentProblem: matplotlib is not installed.
    """
    try:
        from matplotlib.colors import LogNorm
        from matplotlib.figure import Figure
    except ImportError as error:
        raise EnvironmentProblem(
            Problem(
                code="missing-extra",
                what=f"{path.name} is not drawn: matplotlib is not installed",
                fix="pip install 'framework-dialogue[plots]', or leave pictures out: --no-plot",
            )
        ) from error
    labels = sorted({*expected, *predicted})
    counts = _counts(expected, predicted, labels)
    size = min(_LARGEST, max(_SMALLEST, _INCHES_PER_LABEL * len(labels) + 2))
    figure = Figure(figsize=(size, size), layout="constrained")
    axes = figure.subplots()
    largest = max((count for row in counts for count in row), default=1)
    # Without the logarithm, the few errors would be as pale as no error beside the many hits.
    shades = [[count or float("nan") for count in row] for row in counts]
    axes.imshow(shades, cmap="Blues", norm=LogNorm(vmin=0.5, vmax=max(2, largest)), alpha=0.6)
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            if count:
                axes.text(column, row, str(count), ha="center", va="center", fontsize=8)
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=8)
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.set(title=title, xlabel="predicted", ylabel="expected")
    figure.savefig(path, dpi=_DOTS_PER_INCH)


def _counts(expected: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> list[list[int]]:
    place = {label: number for number, label in enumerate(labels)}
    counts = [[0] * len(labels) for _ in labels]
    for one, other in zip(expected, predicted, strict=True):
        counts[place[one]][place[other]] += 1
    return counts

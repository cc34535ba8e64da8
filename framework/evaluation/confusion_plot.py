"""Draws a confusion matrix."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from framework.evaluation.figures import RIGHT_COLOUR, WRONG_COLOUR, open_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LABELS = 120
"""So many labels are still readable; of more, those are shown that are confused most."""

_INCHES_PER_LABEL = 0.22
_INCHES_PER_CHARACTER = 0.08
_SMALLEST = 3.0
_INCHES_FOR_TITLE = 0.7
_FONT_SIZE = 10
_FITTING = 110.0  # font size of a digit that is an inch wide
_GRID_COLOUR = "#e4e4e4"
_TRACEABLE = 40  # labels; across more, the eye loses the line
_PALEST = 0.3
_STRONGEST = 0.85


def plot_confusion_matrix(expected: Sequence[str], predicted: Sequence[str], title: str, path: Path) -> None:
    """Writes a picture: expected labels from top to bottom, predicted ones from left to right, counts in the cells.

    What is right is blue, what is wrong red; the darker, the larger the share of the label's messages.

    Raises:
        EnvironmentProblem: matplotlib is not installed.
    """
    labels = shown_labels(expected, predicted)
    counts = _counts(expected, predicted, labels)
    cell = max(_INCHES_PER_LABEL, _SMALLEST / max(len(labels), 1))
    with _open_axes(path, labels) as axes:
        axes.imshow(_colours(counts))
        for row, column in np.argwhere(counts):
            text = str(counts[row, column])
            axes.text(
                column, row, text, ha="center", va="center", fontsize=min(_FONT_SIZE - 1, _FITTING * cell / len(text))
            )
        edges = np.arange(len(labels) + 1) - 0.5
        axes.hlines(edges, edges[0], edges[-1], color=_GRID_COLOUR, linewidth=0.5)
        axes.vlines(edges, edges[0], edges[-1], color=_GRID_COLOUR, linewidth=0.5)
        axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=_FONT_SIZE)
        axes.set_yticks(range(len(labels)), labels, fontsize=_FONT_SIZE)
        axes.tick_params(length=0, labelright=len(labels) > _TRACEABLE)
        axes.spines[:].set_visible(False)
        axes.set(title=_title(title, expected, predicted, labels), xlabel="predicted", ylabel="expected")


@contextmanager
def _open_axes(path: Path, labels: Sequence[str]) -> Iterator[Axes]:
    """Axes in a figure of the size that so many labels of such lengths need.

    The margins are reckoned, because to let matplotlib find them takes longer than all the rest.
    """
    cells = max(_SMALLEST, _INCHES_PER_LABEL * len(labels))
    margin = _INCHES_FOR_TITLE + _INCHES_PER_CHARACTER * max(map(_width, labels), default=0)
    right = margin if len(labels) > _TRACEABLE else _INCHES_FOR_TITLE
    width, height = margin + cells + right, margin + cells + _INCHES_FOR_TITLE
    with open_figure(path, width, height) as figure:
        yield figure.add_axes((margin / width, margin / height, cells / width, cells / height))


def shown_labels(expected: Sequence[str], predicted: Sequence[str]) -> list[str]:
    """The labels in alphabetical order; of too many, those that are expected or predicted wrongly most often."""
    labels = {*expected, *predicted}
    if len(labels) <= MOST_LABELS:
        return sorted(labels)
    mistakes: Counter[str] = Counter()
    for one, other in zip(expected, predicted, strict=True):
        if one != other:
            mistakes.update((one, other))
    return sorted(label for label, _ in mistakes.most_common(MOST_LABELS))


def _width(label: str) -> int:
    """Characters as wide as a Latin letter: an East Asian one counts two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in label)


def _counts(expected: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> Any:
    place = {label: number for number, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for one, other in zip(expected, predicted, strict=True):
        if one in place and other in place:
            counts[place[one], place[other]] += 1
    return counts


def _colours(counts: Any) -> Any:
    """The colour of each cell, ``(labels, labels, 3)``: white where nothing is, and paler than its count would be."""
    from matplotlib.colors import to_rgb

    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    # The square root keeps the few errors of a large label visible beside its many hits.
    strength = np.where(counts > 0, _PALEST + (_STRONGEST - _PALEST) * np.sqrt(shares), 0.0)[..., np.newaxis]
    on_diagonal = np.eye(len(counts), dtype=bool)[..., np.newaxis]
    full = np.where(on_diagonal, np.array(to_rgb(RIGHT_COLOUR)), np.array(to_rgb(WRONG_COLOUR)))
    return 1 - strength * (1 - full)


def _title(title: str, expected: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> str:
    right = sum(one == other for one, other in zip(expected, predicted, strict=True))
    shown = f"{title}: {right} of {len(expected)} right"
    left_out = len({*expected, *predicted}) - len(labels)
    return f"{shown}; {left_out} labels that are confused less are left out" if left_out else shown

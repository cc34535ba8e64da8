"""Draws how good pipelines become with more examples, and policies with more stories."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from framework.evaluation.figures import open_figure
from framework.evaluation.nlu_evaluation import OF_LINEAR_MODEL
from framework.evaluation.outcomes import Comparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH = 9.0
_HEIGHT = 6.0
_BAND = 0.15


def plot_learning_curves(comparison: Comparison, figures: Iterable[str], unit: str, path: Path) -> None:
    """Writes a picture: a panel for each figure, in it a line for each config, a band as wide as the runs spread.

    A dashed line is a linear model on the features of the pipeline of the same colour. ``unit`` names what there was
    more or less of to train with.

    Raises:
        EnvironmentProblem: matplotlib is not installed.
    """
    shown = list(figures)
    with open_figure(path, _WIDTH, _HEIGHT * len(shown)) as picture:
        picture.set_layout_engine("constrained")
        panels = picture.subplots(len(shown), 1, squeeze=False)[:, 0]
        for axes, figure in zip(panels, shown, strict=True):
            for number, name in enumerate(comparison.names):
                _draw(axes, comparison, name, figure, f"C{number}")
            axes.set(xlabel=f"{unit} to train with", ylabel=f"{figure} (%)", title=figure)
            axes.grid(color="#e4e4e4")
            axes.legend()


def _draw(axes: Axes, comparison: Comparison, name: str, figure: str, colour: str) -> None:
    for suffix, label, style in (("", name, "o-"), (OF_LINEAR_MODEL, f"{name}, linear model", "--")):
        points = [
            (comparison.size(exclusion), 100 * series.mean, 100 * series.spread)
            for exclusion in comparison.exclusions
            if (series := comparison.figures(name, exclusion).get(figure + suffix))
        ]
        if not points:
            continue
        sizes, means, spreads = np.array(sorted(points)).T
        axes.plot(sizes, means, style, color=colour, label=label)
        if not suffix:
            axes.fill_between(sizes, means - spreads, means + spreads, color=colour, alpha=_BAND, linewidth=0)

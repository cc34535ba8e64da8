"""Draws how sure a model was where it was right, and where it was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from framework.evaluation.figures import RIGHT_COLOUR, WRONG_COLOUR, open_figure

BINS = 20
_WIDTH = 9.0
_HEIGHT = 6.0


def plot_confidences(right: Sequence[float], wrong: Sequence[float], title: str, path: Path) -> None:
    """Writes a picture: the numbers of right and of wrong predictions, side by side, by confidence from bottom to top.

    The two sides have scales of their own, because there are usually far fewer wrong ones.

    Raises:
        EnvironmentProblem: matplotlib is not installed.
    """
    edges = np.linspace(0.0, 1.0, BINS + 1)
    sides = (("right", right, RIGHT_COLOUR, -1), ("wrong", wrong, WRONG_COLOUR, 1))
    with open_figure(path, _WIDTH, _HEIGHT) as figure:
        figure.set_layout_engine("constrained")
        axes = figure.subplots(1, 2, sharey=True)
        figure.suptitle(title)
        for side, (name, confidences, colour, direction) in zip(axes, sides, strict=True):
            counts, _ = np.histogram(np.clip(confidences, 0.0, 1.0), edges)
            bars = side.barh(
                edges[:-1], direction * counts, height=1 / BINS, align="edge", color=colour, edgecolor="white"
            )
            side.bar_label(bars, [str(count) if count else "" for count in counts], padding=3, fontsize=8)
            limits = sorted((0, direction * 1.15 * max(*counts, 1)))
            side.set(title=f"{name}: {len(confidences)}", xlabel="predictions", xlim=limits, ylim=(0, 1))
            side.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
            side.set_yticks(np.linspace(0.0, 1.0, 11))
        axes[0].set_ylabel("confidence")

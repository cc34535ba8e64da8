"""Pictures as files, drawn with matplotlib."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framework.errors import EnvironmentProblem, Problem

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)

RIGHT_COLOUR = "#2f6fb0"
WRONG_COLOUR = "#d1495b"

_DOTS_PER_INCH = 100
_MISSING = "missing from font"
# The font that comes with matplotlib has no Chinese, Japanese and Korean; whichever of these is installed does.
_EAST_ASIAN_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "Malgun Gothic",
    "Arial Unicode MS",
)


@contextmanager
def open_figure(path: Path, width: float, height: float) -> Iterator[Figure]:
    """A figure of that size in inches, which is written to the path, as the kind its suffix says, when the block ends.

    Raises:
        EnvironmentProblem: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise EnvironmentProblem(
            Problem(
                code="missing-extra",
                what=f"{path.name} is not drawn: matplotlib is not installed",
                fix="pip install 'framework-dialogue[plots]', or leave pictures out: --no-plot",
            )
        ) from error
    with mpl.rc_context(_settings()):
        figure = Figure(figsize=(width, height))
        yield figure
        _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    """Writes a figure, with one warning instead of one for each character that cannot be drawn."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(path, dpi=_DOTS_PER_INCH)
    missing = [warning for warning in caught if _MISSING in str(warning.message)]
    if missing:
        logger.warning("%s: no installed font has all characters of the labels; Noto Sans CJK has many", path)
    for warning in caught:
        if warning not in missing:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _settings() -> Any:
    from matplotlib import font_manager

    installed = set(font_manager.get_font_names())
    fonts = ["DejaVu Sans", *(name for name in _EAST_ASIAN_FONTS if name in installed)]
    return {"font.family": fonts, "text.parse_math": False, "axes.spines.top": False, "axes.spines.right": False}

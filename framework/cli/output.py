"""Where commands print tables and progress."""

from __future__ import annotations

import sys

from rich.console import Console

_PIPE_WIDTH = 200  # a pipe has no width, and rows that do not wrap are easier to search


def output_console() -> Console:
    """A console for standard output, as wide as the terminal, and wide where there is none."""
    return Console() if sys.stdout.isatty() else Console(width=_PIPE_WIDTH)

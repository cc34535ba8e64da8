"""``framework evaluate markers all``: finds markers in all conversations."""

from __future__ import annotations

import argparse

from framework.cli.evaluate_markers import add_marker_arguments, evaluate

SUMMARY = "find markers in all conversations"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework evaluate markers all``."""
    add_marker_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Reads every conversation of the tracker store."""
    return evaluate(args, lambda senders: senders)

"""``framework plugins``: lists the components that are installed."""

from __future__ import annotations

import argparse

from framework.registry import KINDS

SUMMARY = "list the components that are installed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework plugins``."""
    parser.add_argument("--kind", choices=KINDS, metavar="KIND", help=f"only this kind: {', '.join(KINDS)}")


def run(args: argparse.Namespace) -> int:
    """Prints one row for each component."""
    from rich.table import Table

    from framework.cli.output import output_console
    from framework.registry import create_registry

    table = Table("component", "kind", "plugin", "extra", "what it is for", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for spec in create_registry().specs([args.kind] if args.kind else KINDS):
        provides = spec.provides
        missing = " (not installed)" if spec.missing_packages() else ""
        table.add_row(spec.name, provides.kind, spec.plugin, (provides.extra or "") + missing, provides.summary)
    output_console().print(table)
    return 0

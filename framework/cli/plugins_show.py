"""``framework plugins show``: prints the configuration keys of a component."""

from __future__ import annotations

import argparse
import inspect

from framework.registry import KINDS

SUMMARY = "print the configuration keys of a component"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework plugins show``."""
    parser.add_argument("name", help="the component's name, as in config.yml")


def run(args: argparse.Namespace) -> int:
    """Prints what a component is for, and a row for each of its keys."""
    from framework.cli.config_table import config_table
    from framework.cli.output import output_console
    from framework.registry import create_registry

    registry = create_registry()
    component = registry.load(args.name, KINDS)
    spec = registry.find(args.name, KINDS)
    console = output_console()
    if spec is not None:
        console.print(f"{spec.name}  {spec.provides.kind} of plugin {spec.plugin}", highlight=False, markup=False)
    console.print(inspect.getdoc(component) or "", highlight=False, markup=False)
    model = getattr(component, "Config", None)
    if model is not None and model.model_fields:
        console.print()
        console.print(config_table(model))
    return 0

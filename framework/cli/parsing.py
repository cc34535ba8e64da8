"""Splits a command line into global flags and command, and makes the parsers and help texts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import framework
from framework.cli.commands import BUILT_IN, Command, sub_commands
from framework.errors import FrameworkError

if TYPE_CHECKING:
    from framework.registry import Registry

PROGRAM = "framework"
_VALUED_FLAGS = frozenset({"--logging-config-file"})


def split_arguments(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Splits off the flags that stand before the command."""
    place = 0
    while place < len(arguments) and arguments[place].startswith("-"):
        place += 2 if arguments[place] in _VALUED_FLAGS else 1
    return list(arguments[:place]), list(arguments[place:])


def command_parser(command: Command, words: tuple[str, ...]) -> argparse.ArgumentParser:
    """Makes the parser of one command: its own flags and the global ones."""
    parser = argparse.ArgumentParser(
        prog=" ".join((PROGRAM, *words)),
        description=command.SUMMARY,
        epilog=_sub_command_help(words),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    _add_global_flags(parser)
    return parser


def overview() -> str:
    """The text of ``framework --help``."""
    lines = [f"usage: {PROGRAM} COMMAND [FLAGS]", "", framework.__doc__ or "", "", "commands:"]
    rows = [(" ".join(command.words), command.summary) for command in BUILT_IN]
    lines += _columns(rows + _plugin_rows())
    lines += ["", f"'{PROGRAM} COMMAND --help' says more of one command.", "", "flags:"]
    lines += _columns([("-h, --help", "print this"), ("--version", "print the versions of what is installed")])
    return "\n".join(lines)


def version_text() -> str:
    """The text of ``framework --version``."""
    from importlib.metadata import PackageNotFoundError, version

    rows = [("framework", framework.__version__), ("Python", sys.version.split()[0]), ("platform", sys.platform)]
    for package in ("onnxruntime", "torch", "sanic", "rasa-sdk"):
        try:
            rows.append((package, version(package)))
        except PackageNotFoundError:
            rows.append((package, "not installed"))
    return "\n".join(line.strip() for line in _columns(rows))


def _add_global_flags(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("logging")
    level = group.add_mutually_exclusive_group()
    level.add_argument("-v", "--verbose", action="store_true", help="log what is being done")
    level.add_argument("-vv", "--debug", action="store_true", help="log everything, and show tracebacks")
    level.add_argument("--quiet", action="store_true", help="log errors only")
    group.add_argument(
        "--logging-config-file", metavar="FILE", help="a YAML file in the form of logging.config.dictConfig"
    )


def _sub_command_help(words: tuple[str, ...]) -> str | None:
    rows = [(" ".join(command.words), command.summary) for command in sub_commands(words)]
    return "\n".join(["commands:", *_columns(rows)]) if rows else None


def _plugin_rows() -> list[tuple[str, str]]:
    try:
        registry = _registry()
    except FrameworkError as error:
        return [("", f"(commands of plugins are not shown: {error})")]
    return [(spec.name, f"{spec.provides.summary} (plugin {spec.plugin})") for spec in registry.specs(["command"])]


def _registry() -> Registry:
    from framework.registry import create_registry

    return create_registry()


def _columns(rows: Sequence[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    return [f"  {name:<{width}}  {text}" for name, text in rows]

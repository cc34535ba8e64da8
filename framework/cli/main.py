"""The ``framework`` command: imports the module of the command named, and no other, and runs it."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING

from framework.cli.commands import Command, find_built_in, import_built_in, load_plugin_command, sub_commands
from framework.cli.parsing import command_parser, overview, split_arguments, version_text
from framework.errors import FrameworkError, Problem, UsageError

if TYPE_CHECKING:
    import argparse

INTERRUPTED = 130  # what shells report for a program stopped by Ctrl-C


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command that ``argv`` names and returns its exit status.

    The status is 0 where all went well, 1 where the bot's files are wrong, 2 where the command was used
    wrongly and 3 where something is missing around it.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments or "-vv" in arguments
    try:
        return _dispatch(arguments)
    except FrameworkError as error:
        if debug:
            traceback.print_exception(error)
        _report(error)
        return error.exit_status
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away; keep the interpreter from complaining when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _dispatch(arguments: list[str]) -> int:
    flags, words = split_arguments(arguments)
    if not words:
        return _without_command(flags)
    _put_bot_folder_on_path()
    built_in = find_built_in(words)
    if built_in is not None:
        return _run(import_built_in(built_in), built_in.words, flags + words[len(built_in.words) :])
    _refuse_incomplete(words)
    from framework.registry import create_registry

    return _run(load_plugin_command(words[0], create_registry()), (words[0],), flags + words[1:])


def _without_command(flags: list[str]) -> int:
    if "--version" in flags:
        print(version_text())
        return 0
    print(overview())
    return 0 if {"-h", "--help"} & set(flags) else UsageError.exit_status


def _refuse_incomplete(words: list[str]) -> None:
    following = sub_commands((words[0],))
    if following:
        usage = ", ".join("framework " + " ".join(command.words) for command in following)
        raise UsageError(
            Problem(code="unknown-command", what=f"unknown command {' '.join(words[:2])!r}", fix=f"known: {usage}")
        )


def _run(command: Command, words: tuple[str, ...], arguments: list[str]) -> int:
    parser = command_parser(command, words)
    try:
        args: argparse.Namespace = parser.parse_args(arguments)
    except SystemExit as stop:  # argparse leaves this way after --help and after a usage error
        return int(stop.code or 0)
    from framework.cli.logs import set_up_logging

    set_up_logging(args)
    return command.run(args)


def _put_bot_folder_on_path() -> None:
    """Lets configs name the bot's own modules."""
    folder = str(os.getcwd())  # noqa: PTH109 - pathlib costs start-up time that --help does not have
    if folder not in sys.path:
        sys.path.insert(0, folder)


def _report(error: FrameworkError) -> None:
    from framework.bot.rendering import render_problems

    print(render_problems(error.problems), file=sys.stderr)

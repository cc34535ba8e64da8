"""``framework data convert``: makes YAML of training data in other and older formats."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from framework.cli.training_arguments import add_data_argument
from framework.errors import EnvironmentProblem, Problem, UsageError

if TYPE_CHECKING:
    from framework.bot.problems import Problems
    from framework.conversion.formats import Source

SUMMARY = "make YAML of training data in other and older formats"

DEFAULT_OUT = Path("converted_data")
_SUFFIXES = {"yaml": ".yml", "json": ".json"}
_FILE_SUFFIXES = {"yaml": (".yml", ".yaml"), "json": (".json",)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework data convert``."""
    parser.add_argument(
        "part",
        nargs="?",
        choices=["nlu", "nlg", "core"],
        help="convert only NLU data, only responses, or only stories (everything)",
    )
    add_data_argument(parser, "--data")
    parser.add_argument("-f", "--format", choices=[*_SUFFIXES], default="yaml", help="json is for NLU data only (yaml)")
    parser.add_argument(
        "--out",
        type=Path,
        default=DEFAULT_OUT,
        metavar="PATH",
        help="a folder for a file per source, or the name of one file for all (converted_data)",
    )
    parser.add_argument(
        "-l", "--language", default="en", help="of an export that has several, as Dialogflow calls it (en)"
    )


def run(args: argparse.Namespace) -> int:
    """Converts everything that is found, and says what became of it."""
    from framework.bot.problems import Problems
    from framework.cli.training_run import print_problems
    from framework.conversion.writing import Converter, raise_errors, write

    problems = Problems()
    sources = _sources(args, problems)
    converter = Converter(args.language, _SUFFIXES[args.format], problems)
    is_file = args.out.suffix in _FILE_SUFFIXES[args.format]
    files = converter.into_file(sources, args.out) if is_file else converter.into_folder(sources, args.out)
    raise_errors(problems)
    try:
        write(files)
    except OSError as error:
        raise EnvironmentProblem(
            Problem(code="cannot-write", what=f"{error.filename} cannot be written: {error.strerror}")
        ) from error
    print_problems(problems.all())
    for file in files:
        names = ", ".join(f"{source.path} ({source.format})" for source in file.sources)
        print(f"{names} → {file.path}: {file.summary}")
    return 0


def _sources(args: argparse.Namespace, problems: Problems) -> list[Source]:
    """The sources that the flags ask for; what is YAML is converted to JSON only."""
    from framework.conversion.formats import Format, find_sources
    from framework.conversion.writing import raise_errors

    if args.format == "json" and args.part not in (None, "nlu"):
        raise UsageError(
            Problem(code="cannot-write", what="only NLU data can be JSON", fix="leave out `--format json`")
        )
    if any(args.out.suffix in suffixes for name, suffixes in _FILE_SUFFIXES.items() if name != args.format):
        raise UsageError(
            Problem(
                code="cannot-write",
                what=f"{args.out} would hold {args.format.upper()}",
                fix="let --out end as --format says, or write the name of a folder",
            )
        )
    part = "nlu" if args.format == "json" else args.part
    found = [
        source
        for source in find_sources(args.data, problems)
        if part in (None, source.part) and (source.format is not Format.YAML or args.format == "json")
    ]
    raise_errors(problems)
    if not found:
        raise UsageError(
            Problem(
                code="unknown-format",
                what=f"there is nothing to convert in {', '.join(map(str, args.data))}",
                fix=f"known: {', '.join(Format)}; for YAML of 2.x there is `framework data migrate`",
            )
        )
    return found

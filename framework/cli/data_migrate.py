"""``framework data migrate``: brings the files of a 2.x bot to the 3.1 format."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from framework.cli.training_arguments import DEFAULT_DOMAIN, domain_paths
from framework.errors import EnvironmentProblem, Problem, UsageError

if TYPE_CHECKING:
    from framework.migration.bot import MigratedFile

SUMMARY = "bring the files of a 2.x bot to the 3.1 format, and keep their comments"

DEFAULT_DATA = (Path("data"), Path("tests"))
_SUFFIXES = (".yml", ".yaml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework data migrate``."""
    parser.add_argument(
        "-d", "--domain", type=Path, nargs="+", default=[DEFAULT_DOMAIN], help="files or folders (domain.yml)"
    )
    parser.add_argument("--data", type=Path, nargs="+", help="files or folders with training data (data and tests)")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="PATH",
        help="write to this folder, or the domain alone to this file (in place, keeping the originals)",
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing, show what would change")


def run(args: argparse.Namespace) -> int:
    """Migrates the files and says which changed."""
    from framework.migration.bot import migrate

    is_domain_only = args.out is not None and args.out.suffix in _SUFFIXES
    data = [] if is_domain_only else args.data or [path for path in DEFAULT_DATA if path.is_dir()]
    files = migrate(domain_paths(args.domain), data)
    if not files:
        raise _nothing_to_migrate()
    changed = [file for file in files if file.is_changed]
    if args.dry_run:
        print("".join(file.diff() for file in files), end="")
    elif args.out is None:
        _write_in_place(changed)
    else:
        _write_elsewhere(files, args.out, is_domain_only=is_domain_only)
    if not changed:
        print("Nothing had to change: the files are in the 3.x format.")
    return 0


def _write_in_place(changed: list[MigratedFile]) -> None:
    from framework.migration.writing import write_in_place

    try:
        backups = write_in_place(changed)
    except OSError as error:
        raise _cannot_write(error) from error
    for file, backup in zip(changed, backups, strict=True):
        print(f"Migrated {file.path}; the original is {backup}.")


def _write_elsewhere(files: list[MigratedFile], out: Path, *, is_domain_only: bool) -> None:
    from framework.migration.writing import write_to_file, write_to_folder

    if is_domain_only and len(files) != 1:
        raise UsageError(
            Problem(
                code="cannot-write",
                what=f"the domain has {len(files)} files, which cannot all be {out}",
                fix="write the name of a folder after --out",
            )
        )
    try:
        if is_domain_only:
            write_to_file(files[0], out)
        else:
            write_to_folder(files, out)
    except OSError as error:
        raise _cannot_write(error) from error
    print(f"Wrote {len(files)} file{'s' if len(files) > 1 else ''} to {out}.")


def _nothing_to_migrate() -> UsageError:
    return UsageError(
        Problem(
            code="file-not-found",
            what="there is neither a domain nor training data here",
            fix="run this in the bot's folder, or name the files with --domain and --data",
        )
    )


def _cannot_write(error: OSError) -> EnvironmentProblem:
    return EnvironmentProblem(
        Problem(code="cannot-write", what=f"{error.filename} cannot be written: {error.strerror}")
    )

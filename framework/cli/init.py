"""``framework init``: makes a small bot in a new folder, to try and to change."""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from framework.errors import EnvironmentProblem, Problem, UsageError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SUMMARY = "make a small bot in a new folder"

_TEMPLATE = ("templates", "cafe")
_TEMPLATE_ID = "assistant_id: cafe-linden"
# Packaging tools leave files out whose name starts with a dot.
_RENAMED = {"gitignore": ".gitignore"}

Ask = Callable[[str], str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework init``."""
    parser.add_argument("--init-dir", metavar="DIR", type=Path, help="the folder to make it in (default: this one)")
    parser.add_argument("--name", help="the bot's name, which goes into its assistant_id (default: the folder's)")
    parser.add_argument("--no-prompt", action="store_true", help="ask nothing, only write the files")


def run(args: argparse.Namespace) -> int:
    """Writes the bot, and trains and opens it where the user wants that."""
    ask = None if args.no_prompt or not sys.stdin.isatty() else input
    folder: Path = args.init_dir or _ask_folder(ask)
    name = args.name or folder.resolve().name
    written = write_bot(folder, assistant_id(name))
    print(f"Made a bot in {folder.resolve()}:")
    print("\n".join(f"  {path}" for path in written))
    if ask is None or not _agrees(ask, "Train it now?"):
        print(_next_steps(folder))
        return 0
    return _train_and_talk(folder, ask)


def write_bot(folder: Path, bot_id: str) -> list[Path]:
    """Copies the template into ``folder``, under the given assistant id; returns what was written, relative to it.

    Raises:
        UsageError: a file of the template is there already; nothing was written.
        EnvironmentProblem: the folder cannot be written.
    """
    files = {path: source.read_text(encoding="utf-8") for path, source in _template_files()}
    taken = sorted(str(path) for path in files if (folder / path).exists())
    if taken:
        raise UsageError(
            Problem(
                code="folder-in-use",
                what=f"{folder.resolve()} has {', '.join(taken)} already",
                fix="choose another folder: framework init --init-dir my-bot",
            )
        )
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text.replace(_TEMPLATE_ID, f"assistant_id: {bot_id}"), encoding="utf-8")
    except OSError as error:
        raise EnvironmentProblem(
            Problem(code="cannot-write", what=f"{error.filename or folder} cannot be written: {error.strerror}")
        ) from error
    return sorted(files)


def assistant_id(name: str) -> str:
    """An id that tells this bot's events from those of any other: the name in plain letters, and a random part."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-") or "bot"
    return f"{plain}-{uuid.uuid4().hex[:8]}"


def _template_files() -> Iterator[tuple[Path, Traversable]]:
    from importlib.resources import files

    def walk(source: Traversable, path: Path) -> Iterator[tuple[Path, Traversable]]:
        for item in sorted(source.iterdir(), key=lambda item: item.name):
            place = path / _RENAMED.get(item.name, item.name)
            if item.is_dir():
                yield from walk(item, place)
            else:
                yield place, item

    return walk(files("framework.cli").joinpath(*_TEMPLATE), Path())


def _ask_folder(ask: Ask | None) -> Path:
    answer = ask("Folder to make the bot in [.]: ").strip() if ask else ""
    return Path(answer or ".").expanduser()


def _agrees(ask: Ask, question: str) -> bool:
    return ask(f"{question} [Y/n] ").strip().lower() in ("", "y", "yes")


def _train_and_talk(folder: Path, ask: Ask) -> int:
    from framework.cli.main import main

    with contextlib.chdir(folder):
        status = main(["train"])
        if status == 0 and _agrees(ask, "Talk to it now?"):
            return main(["shell"])
    return status


def _next_steps(folder: Path) -> str:
    enter = "" if folder.resolve() == Path.cwd() else f"  cd {folder}\n"
    return f"\nNext:\n{enter}  framework train\n  framework shell"

"""``framework visualize``: draws the stories and rules as a graph, to look at in a browser."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from framework.cli.flag_types import whole_number
from framework.cli.training_arguments import DEFAULT_DOMAIN, domain_paths

if TYPE_CHECKING:
    from framework.bot.bot import Bot

SUMMARY = "draw the stories and rules as a graph, to look at in a browser"

DEFAULT_MAX_HISTORY = 2
_CONFIG = Path("config.yml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework visualize``."""
    parser.add_argument("-c", "--config", type=Path, default=_CONFIG, help="default: config.yml, if there is one")
    parser.add_argument(
        "-d", "--domain", type=Path, nargs="+", default=[DEFAULT_DOMAIN], help="files or folders (domain.yml)"
    )
    parser.add_argument("-s", "--stories", type=Path, nargs="+", default=[Path("data")], help="files or folders (data)")
    parser.add_argument(
        "-u", "--nlu", type=Path, nargs="+", help="where the intents' examples are (the stories' files)"
    )
    parser.add_argument("--out", type=Path, default=Path("graph.html"), metavar="FILE", help="the page (graph.html)")
    parser.add_argument(
        "--max-history",
        type=whole_number(1),
        default=DEFAULT_MAX_HISTORY,
        metavar="N",
        help="how many steps stories must share to be drawn as one (2)",
    )


def run(args: argparse.Namespace) -> int:
    """Writes the page."""
    draw(_read(args), args.out, title=args.config.resolve().parent.name, max_history=args.max_history)
    return 0


def draw(bot: Bot, page: Path, *, title: str, max_history: int = DEFAULT_MAX_HISTORY) -> None:
    """Writes the page of a bot's stories and rules, and says so.

    Raises:
        EnvironmentProblem: it cannot be written.
    """
    from framework.authoring.story_page import page_data, render_page
    from framework.errors import EnvironmentProblem, Problem

    data = page_data(bot.stories, bot.domain, bot.nlu.examples, title=title, max_history=max_history)
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(render_page(data), encoding="utf-8")
    except OSError as error:
        raise EnvironmentProblem(
            Problem(code="cannot-write", what=f"{page} cannot be written: {error.strerror}")
        ) from error
    print(f"Drew {len(bot.stories.stories)} stories and {len(bot.stories.rules)} rules: {page}")


def _read(args: argparse.Namespace) -> Bot:
    from framework.bot.bot import BotPaths
    from framework.bot.problems import only_errors
    from framework.bot.reader import read_bot
    from framework.errors import BotError, Problem

    data = tuple(dict.fromkeys([*args.stories, *(args.nlu or ())]))
    # Drawing needs no config; one that is there may import other projects.
    config = Path(os.devnull) if args.config == _CONFIG and not _CONFIG.exists() else args.config
    bot = read_bot(BotPaths(config=config, domain=domain_paths(args.domain), data=data))
    errors = only_errors(bot.problems)
    if errors:
        raise BotError(errors)
    if not bot.stories.stories and not bot.stories.rules:
        where = ", ".join(map(str, args.stories))
        raise BotError(
            Problem(
                code="nothing-to-draw",
                what=f"there are no stories or rules in {where}",
                fix="say where they are: --stories PATH",
            )
        )
    return bot

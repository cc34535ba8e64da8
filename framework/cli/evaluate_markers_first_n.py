"""``framework evaluate markers first_n``: finds markers in the first conversations of the tracker store."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator

from framework.cli.evaluate_markers import add_marker_arguments, evaluate
from framework.cli.flag_types import whole_number

SUMMARY = "find markers in the first N conversations"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework evaluate markers first_n``."""
    parser.add_argument("count", type=whole_number(1), metavar="N", help="how many conversations to read")
    add_marker_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Reads no more conversations than are wanted."""

    async def first(senders: AsyncIterator[str]) -> AsyncIterator[str]:
        left = args.count
        async for sender_id in senders:
            yield sender_id
            left -= 1
            if not left:
                return

    return evaluate(args, first)

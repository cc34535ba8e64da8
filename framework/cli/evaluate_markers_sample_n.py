"""``framework evaluate markers sample_n``: finds markers in conversations picked at random."""

from __future__ import annotations

import argparse
import random
from collections.abc import AsyncIterator

from framework.cli.evaluate_markers import add_marker_arguments, evaluate
from framework.cli.flag_types import whole_number

SUMMARY = "find markers in N conversations picked at random"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework evaluate markers sample_n``."""
    parser.add_argument("count", type=whole_number(1), metavar="N", help="how many conversations to read")
    add_marker_arguments(parser)
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed picks the same conversations")


def run(args: argparse.Namespace) -> int:
    """Reads that many of the conversations, or all where there are no more."""

    async def sample(senders: AsyncIterator[str]) -> AsyncIterator[str]:
        every = [sender_id async for sender_id in senders]
        for sender_id in random.Random(args.seed).sample(every, min(args.count, len(every))):
            yield sender_id

    return evaluate(args, sample)

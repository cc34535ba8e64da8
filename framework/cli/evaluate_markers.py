"""What the commands of ``framework evaluate markers`` share: their flags, and the work."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from framework.cli.training_arguments import DEFAULT_DOMAIN, domain_paths

if TYPE_CHECKING:
    from framework.evaluation.marker_files import MarkerFiles
    from framework.evaluation.marker_statistics import MarkerStatistics
    from framework.evaluation.markers import Marker
    from framework.storage.ports import TrackerStore

Choose = Callable[[AsyncIterator[str]], AsyncIterator[str]]
"""Chooses among the ids of all conversations."""


def add_marker_arguments(parser: argparse.ArgumentParser) -> None:
    """The file to write, and where markers and conversations are."""
    parser.add_argument("output_filename", type=Path, metavar="FILE", help="the CSV file to write the marked points to")
    parser.add_argument(
        "--config", type=Path, default=Path("markers.yml"), help="the markers: a file or a folder (markers.yml)"
    )
    statistics = parser.add_mutually_exclusive_group()
    statistics.add_argument("--no-stats", action="store_true", help="write no statistics")
    statistics.add_argument(
        "--stats-file-prefix",
        nargs="?",
        default="stats",
        const="stats",
        metavar="PREFIX",
        help="where statistics go: PREFIX-overall.csv and PREFIX-per-session.csv (stats)",
    )
    parser.add_argument("--endpoints", type=Path, default=Path("endpoints.yml"), help="default: endpoints.yml")
    parser.add_argument(
        "-d", "--domain", type=Path, nargs="+", default=[DEFAULT_DOMAIN], help="files or folders (domain.yml)"
    )


def evaluate(args: argparse.Namespace, choose: Choose) -> int:
    """Finds the markers in the chosen conversations and writes the files."""
    import asyncio

    from framework.bot.bot import BotPaths
    from framework.bot.endpoints import Endpoints
    from framework.bot.reader import read_domain, read_services
    from framework.evaluation.marker_files import MarkerFiles
    from framework.evaluation.marker_reader import read_markers
    from framework.registry import create_registry
    from framework.server.stores import make_stores
    from framework.storage.ports import ServiceContext

    files = MarkerFiles(args.output_filename, None if args.no_stats else args.stats_file_prefix)
    markers = read_markers(args.config, read_domain(BotPaths(domain=domain_paths(args.domain))))
    endpoints = Endpoints(tracker_store=read_services(BotPaths(endpoints=args.endpoints)).endpoints.tracker_store)
    store = make_stores(endpoints, create_registry(), ServiceContext()).tracker_store
    statistics = asyncio.run(_find(markers, store, choose, files))
    files.write_statistics(statistics)
    print(f"{statistics.points} points in {statistics.sessions} sessions: {', '.join(map(str, files.all))}")
    return 0


async def _find(
    markers: Mapping[str, Marker], store: TrackerStore, choose: Choose, files: MarkerFiles
) -> MarkerStatistics:
    from framework.evaluation.marker_extraction import find_points, sessions_of
    from framework.evaluation.marker_statistics import MarkerStatistics

    statistics = MarkerStatistics(markers)
    await store.open()
    try:
        with files.writing_points() as write:
            async for sender_id in choose(store.sender_ids()):
                conversation = await store.load_all(sender_id)
                for session in sessions_of(sender_id, conversation.events):
                    points = list(find_points(markers, session))
                    statistics.add(session, points)
                    write(points)
    finally:
        await store.close()
    return statistics

"""``framework test e2e``: holds whole conversations with the bot, its own actions included."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from framework.bot.endpoints import Endpoints
    from framework.dialogue.assistant import Assistant
    from framework.evaluation.e2e_cases import E2ECase
    from framework.evaluation.e2e_runner import CaseOutcome
    from framework.registry import Registry

SUMMARY = "hold whole conversations with the bot, its own actions included"

_RESULTS = Path("tests/e2e_results.yml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework test e2e``."""
    parser.add_argument(
        "place",
        nargs="?",
        default="tests",
        metavar="PATH",
        help="a file or folder; PATH::NAME for one test case (tests)",
    )
    parser.add_argument(
        "-m", "--model", type=Path, default=Path("models"), help="a model, or a folder of them: its latest (models)"
    )
    parser.add_argument("--endpoints", type=Path, default=Path("endpoints.yml"), help="default: endpoints.yml")
    parser.add_argument("--fail-fast", action="store_true", help="stop at the first test case that fails")
    parser.add_argument(
        "-o", "--e2e-results", type=Path, nargs="?", const=_RESULTS, metavar="FILE", help=f"write results ({_RESULTS})"
    )


def run(args: argparse.Namespace) -> int:
    """Holds the conversations of all test cases; the exit status is 1 if one went another way."""
    import asyncio

    from framework.bot.bot import BotPaths
    from framework.bot.reader import read_services
    from framework.cli.test_e2e_summary import print_outcomes
    from framework.evaluation.e2e_files import read_cases
    from framework.evaluation.e2e_results import write_outcomes
    from framework.model.loading import latest_model, load_assistant
    from framework.registry import create_registry

    registry = create_registry()
    assistant = load_assistant(latest_model(args.model), registry)
    cases = read_cases(args.place, assistant.domain)
    endpoints = read_services(BotPaths(endpoints=args.endpoints)).endpoints
    outcomes = asyncio.run(_run_cases(cases, assistant, registry, endpoints, fail_fast=args.fail_fast))
    print_outcomes(outcomes, len(cases))
    if args.e2e_results is not None:
        write_outcomes(outcomes, args.e2e_results)
        print(f"Results are in {args.e2e_results}.")
    return 0 if all(outcome.has_passed for outcome in outcomes) else 1


async def _run_cases(
    cases: list[E2ECase], assistant: Assistant, registry: Registry, endpoints: Endpoints, *, fail_fast: bool
) -> list[CaseOutcome]:
    from msgspec.structs import replace

    from framework.bot.endpoints import Endpoint
    from framework.evaluation.e2e_runner import run_case
    from framework.evaluation.stubbed_actions import StubbedActions
    from framework.server.service import BotService

    senders = {f"test case {number}": case for number, case in enumerate(cases, 1)}
    stubs = {sender: case.stubs for sender, case in senders.items()}
    forgetful = replace(endpoints, tracker_store=Endpoint(type="in_memory"), lock_store=None, event_broker=None)
    service = BotService(registry, forgetful, around_actions=lambda real: StubbedActions(stubs, real))
    await service.open(assistant)
    outcomes: list[CaseOutcome] = []
    try:
        for sender, case in senders.items():
            outcomes.append(await run_case(case, service.model.turns, sender))
            if fail_fast and not outcomes[-1].has_passed:
                break
    finally:
        await service.close()
    return outcomes

"""What ``framework test e2e`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from framework.cli.output import output_console

if TYPE_CHECKING:
    from rich.console import Console

    from framework.evaluation.e2e_runner import CaseOutcome, TurnOutcome

_STYLES = {"same": "", "missing": "green", "unexpected": "red"}


def print_outcomes(outcomes: Sequence[CaseOutcome], planned: int) -> None:
    """Prints the conversations that failed, each wrong turn as a diff, then what failed and how many passed."""
    console = output_console()
    failed = [outcome for outcome in outcomes if not outcome.has_passed]
    for outcome in failed:
        _print_conversation(console, outcome)
    if failed:
        _print(console, "+ expected   - what happened", "dim")
        console.print()
    for outcome in failed:
        _print(console, f"FAILED  {outcome.case.where}  {outcome.case.name}", "red")
    passed = len(outcomes) - len(failed)
    left_out = f", {planned - len(outcomes)} not run" if planned > len(outcomes) else ""
    _print(console, f"{passed} of {planned} test cases passed{left_out}", "red" if failed else "green")


def _print_conversation(console: Console, outcome: CaseOutcome) -> None:
    _print(console, f"{outcome.case.where}  {outcome.case.name}", "bold")
    for turn in outcome.turns:
        _print_turn(console, turn)
    console.print()


def _print_turn(console: Console, turn: TurnOutcome) -> None:
    """A turn that went right is shown by its message only."""
    if turn.message is not None:
        _print(console, f"    user: {turn.message.text}", "dim" if turn.is_right else "")
    for line in () if turn.is_right else turn.lines:
        place = f"   {line.where}" if line.kind == "missing" else ""
        _print(console, f"  {line}", _STYLES[line.kind], place)


def _print(console: Console, text: str, style: str, further: str = "") -> None:
    console.print(Text(text, style=style).append(further, style="dim"), soft_wrap=True)

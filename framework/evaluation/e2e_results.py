"""Writes what came of end-to-end test cases to a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from framework.evaluation.e2e_cases import step_to_dict
from framework.evaluation.e2e_runner import CaseOutcome


def write_outcomes(outcomes: Iterable[CaseOutcome], path: Path) -> None:
    """Writes a YAML list with the name, status, steps and differences of each test case."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [_outcome(outcome) for outcome in outcomes]
    path.write_text(yaml.safe_dump(written, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _outcome(outcome: CaseOutcome) -> dict[str, Any]:
    wrong = [turn for turn in outcome.turns if not turn.is_right]
    return {
        "name": outcome.case.name,
        "pass_status": outcome.has_passed,
        "expected_steps": [step_to_dict(step) for step in outcome.case.steps],
        "difference": [
            line
            for turn in wrong
            for line in (*([f"  user: {turn.message.text}"] if turn.message else []), *map(str, turn.lines))
        ],
    }

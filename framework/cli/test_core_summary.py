"""What ``framework test core`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from framework.evaluation.played import HeardMessage, PlayedScript, PredictedAction

if TYPE_CHECKING:
    from framework.evaluation.story_report import StoryReport


def print_report(report: StoryReport) -> None:
    """Prints what went another way in each failed story, and how much went right."""
    for story in report.failed:
        print(f"{story.script.where}  story {story.script.name!r} failed")
        for line in _faults(story):
            print(f"    {line}")
        print()
    understood = [message.is_understood for message in report.messages]
    chosen = [action.is_right for action in report.actions]
    print(f"conversations  {_share([story.is_right for story in report.played])}")
    print(f"actions        {_share(chosen)}")
    if understood:
        print(f"messages       {_share(understood)}")
    if report.with_warnings:
        print(f"{len(report.with_warnings)} stories went right although a message in them was found unlikely.")


def print_comparison(reports: Mapping[str, StoryReport]) -> None:
    """Prints one row for each model, the best first."""
    from rich.table import Table

    from framework.cli.output import output_console

    table = Table("model", "conversations", "actions", "messages", box=None, pad_edge=False)
    for model, report in sorted(reports.items(), key=lambda item: -item[1].accuracy):
        table.add_row(
            model,
            _share([story.is_right for story in report.played]),
            _share([action.is_right for action in report.actions]),
            _share([message.is_understood for message in report.messages]),
        )
    output_console().print(table)


def _faults(story: PlayedScript) -> Iterator[str]:
    for step in story.steps:
        if isinstance(step, HeardMessage) and not step.is_understood:
            found = ", ".join(f"{entity['entity']}={entity.get('value')!r}" for entity in step.entities)
            what = f"understood as {step.intent}" + (f" with {found}" if found else " without entities")
            yield f"{_line(step.step.where)}{step.step.text!r}: {what}"
        elif isinstance(step, PredictedAction) and not step.is_right:
            where = step.step.where if step.step is not None else None
            by = f" ({step.policy}, {step.confidence:.2f})" if step.policy else ""
            yield f"{_line(where)}{step.expected}: the model chose {step.predicted}{by}"


def _line(where: object) -> str:
    return "" if where is None else f"{where} "


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right)} of {len(right)} went as written" if right else "none"

"""Does every checkpoint join the end of a story to the start of another?"""

from __future__ import annotations

from collections.abc import Iterator

from framework.bot.bot import Bot
from framework.bot.problems import Problems
from framework.bot.stories import CheckpointStep, Step
from framework.bot.validation.usage import Places


def check_checkpoints(bot: Bot, problems: Problems) -> None:
    """Reports checkpoints that lead nowhere, or that nothing leads to."""
    starts: Places = {}
    ends: Places = {}
    scripts = [story.steps for story in bot.stories.stories] + [rule.steps for rule in bot.stories.rules]
    for steps in scripts:
        for step, is_start in _checkpoints(steps):
            (starts if is_start else ends).setdefault(step.name, step.where)
    for name in sorted(starts.keys() - ends.keys()):
        problems.warning(
            "unjoined-checkpoint",
            f"no story leads to checkpoint {name!r}, so what follows it is never used",
            starts[name],
            "end another story with it, or remove it",
        )
    for name in sorted(ends.keys() - starts.keys()):
        problems.warning(
            "unjoined-checkpoint",
            f"no story goes on from checkpoint {name!r}",
            ends[name],
            "start another story with it, or remove it",
        )


def _checkpoints(steps: tuple[Step, ...]) -> Iterator[tuple[CheckpointStep, bool]]:
    """The checkpoints of a story, with whether each is an entrance; one in the middle is both."""
    for index, step in enumerate(steps):
        if not isinstance(step, CheckpointStep):
            continue
        at_start = all(isinstance(before, CheckpointStep) for before in steps[:index])
        at_end = all(isinstance(after, CheckpointStep) for after in steps[index + 1 :])
        if at_start or not at_end:
            yield step, True
        if not at_start:
            yield step, False

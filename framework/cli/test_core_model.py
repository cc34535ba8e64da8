"""What ``framework test core`` does with a model: plays the test stories against it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from framework.bot.stories import Story
from framework.cli.training_run import print_problems
from framework.dialogue.understanding import DirectParser
from framework.errors import EnvironmentProblem, Problem
from framework.evaluation.replay import StoryPlayer, play_all
from framework.evaluation.story_checks import check_names
from framework.evaluation.story_report import StoryReport
from framework.model.loading import load_assistant
from framework.registry import create_registry


class StoryTest:
    """The stories to play, as the flags say, against one model after another."""

    def __init__(self, args: argparse.Namespace, stories: Sequence[Story]) -> None:
        self._stories = stories
        self._limit: int | None = args.max_stories
        self._needs_understanding: bool = args.e2e
        self._registry = create_registry()
        self._told: set[Problem] = set()

    def play(self, model: Path) -> StoryReport:
        """Plays the stories against a model. What is wrong with them is said once, not once for each model.

        Raises:
            EnvironmentProblem: the model cannot be loaded, or has no part that the test is about.
        """
        assistant = load_assistant(model, self._registry)
        if assistant.ensemble is None:
            what = f"{model} only understands; there are no actions to test in it"
            raise EnvironmentProblem(Problem(code="model-not-found", what=what))
        if assistant.pipeline is None and self._needs_understanding:
            raise EnvironmentProblem(
                Problem(
                    code="model-not-found",
                    what=f"{model} does not understand messages, so there is nothing to test end to end",
                    fix="train both parts: framework train",
                )
            )
        problems = check_names(self._stories, assistant.domain)
        print_problems(problem for problem in problems if problem not in self._told)
        self._told.update(problems)
        parser = DirectParser(assistant.pipeline, assistant.domain) if assistant.pipeline is not None else None
        player = StoryPlayer(assistant, parser)
        return StoryReport(asyncio.run(play_all(player, self._stories, limit=self._limit)))

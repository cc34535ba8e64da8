"""Writing what a session taught into the bot's files, after showing it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from framework.authoring.teaching import Teaching
from framework.authoring.told_story import told_stories
from framework.authoring.write_back import Lessons, Targets, rescue, usual_targets, write_back
from framework.bot.bot import Bot, BotPaths
from framework.bot.growing_file import GrowingFile
from framework.bot.reader import find_bot_files, read_bot
from framework.bot.rendering import render_problems
from framework.bot.stories import ActionStep, Step, Story, UserStep
from framework.cli.interactive_bot import LearningBot
from framework.cli.interactive_questions import Option, Questions
from framework.errors import FrameworkError

_ASIDE = Path(".framework") / "interactive"
_STYLES = {"+": "green", "-": "red", "@": "bold"}


class Export:
    """Finds out what the files do not have yet, and adds it to them."""

    def __init__(
        self, paths: BotPaths, bot: LearningBot, teaching: Teaching, console: Console, *, with_texts: bool
    ) -> None:
        self._paths = paths
        self._bot = bot
        self._teaching = teaching
        self._console = console
        self._with_texts = with_texts

    @property
    def told_intents(self) -> list[str]:
        """The intents of the examples that are there, with the keys of retrieval intents."""
        return [example.intent for example in read_bot(self._paths).nlu.examples if example.intent is not None]

    @property
    def has_news(self) -> bool:
        """Whether there is something to write."""
        news = self._lessons().new_to(read_bot(self._paths))
        return bool(news.stories or news.examples)

    async def run(self, questions: Questions) -> bool:
        """Asks for names and files, shows the changes, and makes them; returns whether nothing is left to write."""
        bot = read_bot(self._paths)
        news = self._lessons().new_to(bot)
        if self._teaching.current.steps and not self._teaching.is_listening:
            self._note("The bot's turn is not over; the story ends before it.")
        if not (news.stories or news.examples):
            self._note("There is nothing new to write.")
            return True
        news = replace(news, stories=await self._name_stories(news.stories, questions))
        files = find_bot_files(self._paths)
        targets = await _choose_targets(usual_targets(files, bot), news, bot, questions)
        try:
            changed = write_back(news, bot, files, targets)
            self._show(changed)
            if await questions.choose("Write this?", [Option("yes"), Option("no", "no, not now")]) == "no":
                return False
            for file in changed:
                file.save()
        except FrameworkError as error:
            self._note(render_problems(error.problems))
            return False
        self._note(f"Written: {', '.join(str(file.path) for file in changed)}")
        return True

    def put_aside(self) -> None:
        """Keeps what was not written in a file of its own."""
        bot = read_bot(self._paths)
        news = self._lessons().new_to(bot)
        if not (news.stories or news.examples):
            return
        file = rescue(news, bot, self._paths.folder / _ASIDE / f"{time.strftime('%Y%m%d-%H%M%S')}.yml")
        file.save()
        self._note(f"What was not exported is in {file.path}")

    def _lessons(self) -> Lessons:
        conversations = self._teaching.conversations
        told = [
            steps
            for each in conversations
            for steps in told_stories(each.events, self._bot.domain, with_texts=self._with_texts)
        ]
        taken = {story.name for story in read_bot(self._paths).stories.stories}
        free = (name for number in range(1, 1_000_000) if (name := f"interactive_story_{number}") not in taken)
        stories = tuple(Story(name=name, steps=steps) for name, steps in zip(free, told, strict=False))
        examples = tuple(example for each in conversations for example in each.examples)
        return Lessons(stories, examples, self._bot.domain)

    async def _name_stories(self, stories: Iterable[Story], questions: Questions) -> tuple[Story, ...]:
        named: list[Story] = []
        for story in stories:
            self._note(f"  {' → '.join(_spoken(story.steps))}")
            name = await questions.text("Name of this story", story.name)
            named.append(Story(name=name, steps=story.steps))
        return tuple(named)

    def _show(self, files: Iterable[GrowingFile]) -> None:
        for file in files:
            for line in file.diff():
                self._console.print(Text(line, style=_STYLES.get(line[:1], "dim")), soft_wrap=True)

    def _note(self, text: str) -> None:
        self._console.print(Text(text, style="dim"), soft_wrap=True)


def _spoken(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, UserStep):
            yield step.intent or step.text or ""
        elif isinstance(step, ActionStep):
            yield step.name


async def _choose_targets(usual: Targets, news: Lessons, bot: Bot, questions: Questions) -> Targets:
    """The files to write to; only those are asked for to which there is something to add."""
    targets = usual
    if news.stories:
        targets = replace(targets, stories=await _path("Stories go to", questions, usual.stories) or usual.stories)
    if news.examples:
        targets = replace(targets, examples=await _path("Examples go to (empty: to those of their intents)", questions))
    if news.grows(bot.domain):
        targets = replace(targets, domain=await _path("New names go to (empty: to the domain's others)", questions))
    return targets


async def _path(question: str, questions: Questions, usual: Path | None = None) -> Path | None:
    """The path of a YAML file, or None for an empty answer."""
    while True:
        answer = await questions.text(question, str(usual or ""))
        if not answer or answer.endswith((".yml", ".yaml")):
            return Path(answer) if answer else None

"""The models of a comparison of policies: trained into a folder, and found there again to be tested.

The folder has ``run_1/NAME__percentage__25.tar.gz`` for each run, config and percentage, and ``num_stories.json`` with
the number of stories that each percentage left, as Rasa lays it out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from framework.bot.bot import Bot
from framework.errors import BotError, EnvironmentProblem, Problem
from framework.evaluation.splitting import exclude_stories, stories_left
from framework.registry import Registry
from framework.training.options import TrainingOptions
from framework.training.progress import Progress
from framework.training.trainer import Trainer, TrainingResult

NUMBERS_OF_STORIES = "num_stories.json"

_MODEL_PATH = re.compile(r"run_(?P<run>\d+)/(?P<name>.+)__percentage__(?P<exclusion>\d+)\.tar\.gz")


@dataclass(frozen=True, slots=True)
class PolicyTraining:
    """Trains the policies of several configs of one bot on less and less of its stories; rules are never left out.

    ``bots`` are the bot with each of the configs, by name.
    """

    bots: Mapping[str, Bot]
    registry: Registry
    options: TrainingOptions
    progress: Progress

    def check(self) -> list[Problem]:
        """Everything that is wrong or noteworthy about the bot with any of its configs.

        Raises:
            BotError: it cannot be trained as it is, or has no stories of which some could be left out.
            EnvironmentProblem: a package that its components need is not installed.
        """
        problems = [problem for bot in self.bots.values() for problem in self._trainer(bot, self.options).check()]
        if not all(bot.stories.stories for bot in self.bots.values()):
            what = "policies are compared by what they learn from stories, and there are none"
            raise BotError([*problems, Problem(code="nothing-to-train", what=what)])
        return list(dict.fromkeys(problems))

    def run(self, exclusions: Sequence[int], runs: int, seed: int) -> Iterator[TrainingResult]:
        """Trains all models. In each run other stories are left out, in all configs the same."""
        folder = self.options.models
        folder.mkdir(parents=True, exist_ok=True)
        count = min(len(bot.stories.stories) for bot in self.bots.values())
        sizes = [stories_left(count, exclusion) for exclusion in exclusions]
        (folder / NUMBERS_OF_STORIES).write_text(json.dumps(sizes) + "\n", encoding="utf-8")
        for run in range(1, runs + 1):
            for exclusion in exclusions:
                for name, bot in self.bots.items():
                    options = replace(
                        self.options,
                        models=folder / f"run_{run}",
                        fixed_model_name=f"{name}__percentage__{exclusion}",
                    )
                    trainer = self._trainer(_with_less_stories(bot, exclusion, seed + run), options)
                    yield trainer.run(trainer.plan())

    def _trainer(self, bot: Bot, options: TrainingOptions) -> Trainer:
        return Trainer(bot, self.registry, options, self.progress)


@dataclass(frozen=True, slots=True)
class ComparedModel:
    """A model of a comparison. ``stories`` is how many there were to train it with."""

    path: Path
    name: str
    run: int
    exclusion: int
    stories: int


def find_compared_models(folder: Path) -> list[ComparedModel]:
    """The models that a comparison has left in a folder, by run, percentage and name; none where there was none.

    Raises:
        EnvironmentProblem: there was more than one.
    """
    numbers = folder / NUMBERS_OF_STORIES
    if not numbers.is_file():
        return []
    places = [(path, _MODEL_PATH.fullmatch(path.relative_to(folder).as_posix())) for path in folder.glob("*/*")]
    found = [(path, place["name"], int(place["run"]), int(place["exclusion"])) for path, place in places if place]
    exclusions = sorted({exclusion for *_, exclusion in found})
    sizes = sorted(json.loads(numbers.read_text(encoding="utf-8")), reverse=True)
    if len(sizes) != len(exclusions):
        what = f"{folder} has models of more than one comparison"
        raise EnvironmentProblem(Problem(code="invalid-test", what=what, fix="train each into a folder of its own"))
    stories = dict(zip(exclusions, sizes, strict=True))
    models = [ComparedModel(*model, stories[model[-1]]) for model in found]
    return sorted(models, key=lambda model: (model.run, model.exclusion, model.name))


def _with_less_stories(bot: Bot, exclusion: int, seed: int) -> Bot:
    kept = exclude_stories(bot.stories.stories, exclusion, seed)
    return msgspec.structs.replace(bot, stories=msgspec.structs.replace(bot.stories, stories=kept))

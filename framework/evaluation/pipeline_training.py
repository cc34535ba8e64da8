"""Trains a pipeline for an evaluation: in this process, in memory as far as its components go, without a model file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from framework.bot.bot import Bot
from framework.bot.nlu_data import Example
from framework.nlu.pipeline import Pipeline
from framework.registry import Registry
from framework.training.cache import TrainingCache
from framework.training.components import BotComponents, configure_bot
from framework.training.fingerprints import DataFingerprints
from framework.training.fitting import Workshop
from framework.training.graph import pipeline_nodes
from framework.training.progress import Progress
from framework.training.stages import train_pipeline
from framework.training.validation import basic_problems, errors_among


class PipelineTrainer:
    """Trains the pipeline of one bot on different parts of its examples."""

    def __init__(self, bot: Bot, registry: Registry, progress: Progress) -> None:
        """Finds the components.

        Raises:
            BotError: the bot's files have errors, or its config names something that does not exist.
            EnvironmentProblem: a package that its components need is not installed.
        """
        self._bot = bot
        self._progress = progress
        self._components: BotComponents = configure_bot(bot, registry, "nlu")
        error = errors_among(basic_problems(bot, self._components), fail_on_warnings=False)
        if error is not None:
            raise error

    def train(self, examples: Sequence[Example]) -> Pipeline:
        """A pipeline trained on these examples, and on the bot's other NLU data.

        What the components save goes to a folder that is removed, not to the bot's cache, which it would flood.
        """
        bot = replace(self._bot, nlu=replace(self._bot.nlu, examples=tuple(examples)))
        nodes = pipeline_nodes(bot, self._components.pipeline, DataFingerprints(bot))
        with TemporaryDirectory(prefix="framework-evaluation-") as folder:
            workshop = Workshop(bot, TrainingCache(Path(folder), limit=0), self._progress)
            train_pipeline(bot, nodes, frozenset(node.name for node in nodes if node.is_trainable), workshop)
            return Pipeline([workshop.load(node) for node in nodes])

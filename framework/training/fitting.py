"""Trains one component, keeps what it learned, and names it when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from framework.bot.bot import Bot
from framework.dialogue.policy import PolicyTrainingData
from framework.errors import EnvironmentProblem, FrameworkError, Problem
from framework.model.loading import load_component
from framework.nlu.component import EarlierTraining, LoadContext, TrainingData
from framework.training.cache import TrainingCache
from framework.training.graph import Node
from framework.training.progress import Progress


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where the components of one bot are trained and kept. Those in ``earlier`` go on from an earlier training."""

    bot: Bot
    cache: TrainingCache
    progress: Progress
    earlier: Mapping[str, EarlierTraining] = field(default_factory=dict)

    def train(self, node: Node, data: TrainingData | PolicyTrainingData) -> Any:
        """Makes a component, trains it, and keeps what it saves.

        Raises:
            EnvironmentProblem: the component failed; the message names it and the cause.
        """
        component = self._make(node)
        with self.progress.training(node.name):
            try:
                if node.name in self.earlier:
                    component.finetune(data, self.earlier[node.name])
                else:
                    component.train(data)
                self.cache.add(node.fingerprint, component.save)
            except FrameworkError:
                raise
            except Exception as error:
                raise _training_failed(node, error) from error
        return component

    def load(self, node: Node) -> Any:
        """Makes a component as it was trained before, or one that has nothing to learn."""
        folder = self.cache.find(node.fingerprint) if node.is_trainable else None
        if folder is None:
            return self._make(node)
        return load_component(node.component, folder, self._context(node))

    def _make(self, node: Node) -> Any:
        return node.component.cls(node.component.config, self._context(node))

    def _context(self, node: Node) -> LoadContext:
        return LoadContext(
            name=node.name,
            language=self.bot.config.language,
            bot_folder=self.bot.paths.folder,
            responses=self.bot.domain.responses,
            only_for=node.component.only_for,
            cache=self.cache,
        )


def _training_failed(node: Node, error: Exception) -> EnvironmentProblem:
    spec = node.component.spec
    owner = f" of plugin {spec.plugin!r}" if spec else ""
    return EnvironmentProblem(
        Problem(
            code="training-failed",
            what=f"component {node.name!r}{owner} failed in training: {type(error).__name__}: {error}",
            where=node.component.where,
            fix="--debug shows where",
        )
    )

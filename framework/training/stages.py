"""Trains the two halves of a bot, in order, and only what is not in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from framework.bot.bot import Bot
from framework.dialogue.policy import Featurize, PolicyTrainingData
from framework.dialogue.unroll import unroll
from framework.nlu.batch import MessageBatch
from framework.nlu.component import Component, TrainingData
from framework.nlu.pipeline import Pipeline
from framework.training.fitting import Workshop
from framework.training.graph import Node


def train_pipeline(bot: Bot, nodes: Sequence[Node], stale: frozenset[str], workshop: Workshop) -> None:
    """Trains the stale nodes of the pipeline; those whose features they read are loaded from the cache."""
    needed = {name for node in nodes if node.name in stale for name in (node.name, *node.upstream)}
    data = TrainingData(
        nlu=bot.nlu,
        batch=MessageBatch.of([example.text for example in bot.nlu.examples]),
        domain_intents=tuple(bot.domain.intents),
        domain_entities=tuple(bot.domain.entities),
    )
    featurizing: list[Component[Any]] = []
    data.featurize = lambda texts: Pipeline(featurizing).featurize(texts)
    for node in nodes:
        if node.name not in needed:
            continue
        component = workshop.train(node, data) if node.name in stale else workshop.load(node)
        if node.is_featurizing:
            component.process(data.batch)
            featurizing.append(component)


def train_policies(
    bot: Bot,
    nodes: Sequence[Node],
    pipeline: Sequence[Node],
    stale: frozenset[str],
    workshop: Workshop,
    *,
    augmentation: int,
) -> None:
    """Trains the stale policies on the unrolled stories and rules, and on what the pipeline makes of their texts."""
    wanted = [node for node in nodes if node.name in stale]
    if not wanted:
        return
    with workshop.progress.step("Reading the stories", "Read the stories"):
        dialogues = unroll(bot.stories, bot.domain, augmentation=augmentation)
    featurize = _featurizer(pipeline, workshop)
    data = PolicyTrainingData(domain=bot.domain, stories=bot.stories, dialogues=dialogues, featurize=featurize)
    for node in wanted:
        workshop.train(node, data)


def _featurizer(nodes: Sequence[Node], workshop: Workshop) -> Featurize:
    """Sends texts through the trained featurizers, which are loaded for the first texts."""

    @cache
    def pipeline() -> Pipeline:
        return Pipeline([workshop.load(node) for node in nodes if node.is_featurizing])

    return lambda texts: pipeline().featurize(texts)

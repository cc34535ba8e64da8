"""Trains a network on windows of states and exports it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

from framework.ml.batches import BatchesOnDemand
from framework.ml.features import PartFeatures
from framework.ml.growth import GONE, transplant_module, transplant_tensor
from framework.ml.progress import describe, reporting
from framework.ml.sampling import batch_sizes, hold_out, spread
from framework.ml.threads import fastest_thread_count, torch_threads
from framework.ml.training import Plan, Task, fit
from framework.ml.weights import Arrays
from framework_ted.config import LearnedPolicyConfig
from framework_ted.examples import ExampleSet
from framework_ted.network import Shape
from framework_ted.onnx_network import dialogue_graph
from framework_ted.trainable import Answers, AnswerWeights, Batch, Objective, TrainableModel
from framework_ted.windows import Floats, Ints

logger = logging.getLogger(__name__)

Kind = Literal["transformer", "lstm"]

_MANY_EXAMPLES = 2000
"""From so many on it pays to time threads."""


@dataclass(frozen=True, slots=True)
class Trained:
    """All that serving needs, and the torch weights for those who serve with torch."""

    shape: Shape
    table: Floats  # [columns, state_size]
    graph: bytes
    state: Arrays


@dataclass(frozen=True, slots=True)
class Start:
    """What an earlier training learned, the new places of its columns and labels, and how long to train now."""

    table: Floats
    state: Arrays
    columns: Ints
    labels: Ints
    epochs: int

    def hand_over(self, model: TrainableModel) -> None:
        """Overwrites the weights of a fresh model, as far as they were learned before."""
        transplant_tensor(model.table.table, self.table, {0: self.columns})
        moves = {f"out.{part}": {0: self.labels} for part in ("weight", "bias")}
        for name, old in self.state.items():
            if name.endswith(".ages.weight"):
                ages = np.arange(len(old))
                moves[name] = {0: np.where(ages < model.network.shape.ages, ages, GONE)}
        transplant_module(model.network, self.state, moves)
        if model.answers is not None:
            model.answers.forget()


def train(
    examples: ExampleSet,
    features: PartFeatures,
    config: LearnedPolicyConfig,
    *,
    kind: Kind,
    objective: Objective,
    name: str,
    answers: Answers | None = None,
    start: Start | None = None,
) -> Trained:
    """Learns what follows the windows; ``features`` are those of the examples' states, ``answers`` labels by texts."""
    epochs = start.epochs if start is not None else config.most_epochs
    shape = Shape(
        kind=kind,
        labels=len(examples.labels),
        state_size=config.size,
        dense=features.dense.shape[1] if features.dense is not None else 0,
        hidden_layers=config.hidden_layers,
        size=config.size,
        layers=config.layers,
        heads=config.heads,
        ages=examples.longest,
    )
    width = features.sparse.width if features.sparse is not None else 0
    with torch.random.fork_rng():
        torch.manual_seed(config.random_seed or 0)
        of_texts = None
        if answers is not None:
            of_texts = AnswerWeights(answers, examples.counts.max(axis=0) > 0, shape.size, config.label_drop_rate)
        model = TrainableModel(shape, width, objective, config, of_texts)
        model.to("cuda" if config.use_gpu and torch.cuda.is_available() else "cpu")
        hand_over = partial(start.hand_over, model) if start is not None else None
        _fit(model, _Batches(examples, features, config, epochs), config, name, hand_over)
    model.network.out.weight.data = model.label_weights().detach()
    state = {name: _array(tensor) for name, tensor in model.network.state_dict().items()}
    return Trained(shape, _array(model.table.table), dialogue_graph(model.network), state)


class _Batches:
    """The examples to learn from and those held out, in batches."""

    def __init__(self, examples: ExampleSet, features: PartFeatures, config: LearnedPolicyConfig, epochs: int) -> None:
        self._windows = examples.windows
        self._targets = examples.targets
        self._features = features
        self._config = config
        self._rng = np.random.default_rng(config.random_seed or 0)
        self._main_labels = examples.counts.argmax(axis=1)
        self.held_out, self.learned = hold_out(self._main_labels, config.evaluate_on_number_of_examples, self._rng)
        self._sizes = batch_sizes(config.batch_size, len(self.learned))
        self.epochs = epochs

    @property
    def steps(self) -> int:
        """Steps of the first epoch."""
        return -(-len(self.learned) // self._sizes[0])

    def epoch(self, number: int) -> BatchesOnDemand[Batch]:
        """All examples to learn from, in an order of this epoch's own."""
        first, last = self._sizes
        size = round(first + (last - first) * number / max(1, self.epochs - 1))
        if self._config.batch_strategy == "balanced":
            order = self.learned[spread(self._main_labels[self.learned], self._rng)]
        else:
            order = self._rng.permutation(self.learned)
        return self.cut(order, size)

    def cut(self, examples: Ints, size: int = 256) -> BatchesOnDemand[Batch]:
        """These examples in batches."""
        parts = [examples[start : start + size] for start in range(0, len(examples), size)]
        return BatchesOnDemand(parts, self.batch)

    def batch(self, examples: Ints) -> Batch:
        """One batch, with the features of only those states that occur in it."""
        windows, used = self._windows.take(examples).compact()
        sparse, dense = self._features.sparse, self._features.dense
        features = PartFeatures(sparse.rows(used) if sparse else None, dense[used] if dense is not None else None)
        return Batch(features, windows, self._targets[examples])


def _fit(
    model: TrainableModel,
    batches: _Batches,
    config: LearnedPolicyConfig,
    name: str,
    hand_over: Callable[[], None] | None,
) -> None:
    def accuracy() -> float:
        model.eval()
        with torch.inference_mode():
            shares = [model.loss(batch)[1]["accuracy"] for batch in batches.cut(batches.held_out)]
        return sum(right for right, _ in shares) / sum(count for _, count in shares)

    every = config.evaluate_every_number_of_epochs
    plan = Plan(epochs=batches.epochs, validate_every=batches.epochs if every < 1 else every)
    task = Task(
        model,
        model.optimizers(config),
        batches.epoch,
        model.loss,
        validate=accuracy if len(batches.held_out) else None,
        keep_best=config.checkpoint_model,
        hand_over=hand_over,
    )
    with torch_threads(_threads(model, batches, config)), reporting(name, batches.epochs) as reporter:
        history = fit(task, plan, reporter)
    figures = {"loss": history.losses[-1], **history.figures[-1]}
    logger.info("%s: trained for %d epochs, %s", name, len(history.losses), describe(figures))


def _threads(model: TrainableModel, batches: _Batches, config: LearnedPolicyConfig) -> int:
    if config.random_seed is not None or len(batches.learned) < _MANY_EXAMPLES:
        return 1
    batch = batches.batch(batches.learned[: len(batches.learned) // batches.steps])

    def step() -> None:
        model.zero_grad(set_to_none=True)
        model.loss(batch)[0].backward()  # type: ignore[no-untyped-call]

    with torch.random.fork_rng():
        return fastest_thread_count(step)


def _array(tensor: torch.Tensor) -> npt.NDArray[np.float32]:
    array: npt.NDArray[np.float32] = tensor.detach().float().cpu().numpy()
    return array

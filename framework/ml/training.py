"""The training loop: steady until the loss has converged, then a cool-down of the learning rate to zero.

The number of epochs is an upper bound. A rate that is held while there is progress, and lowered in a last short
stretch, needs no guess of the right number of epochs beforehand (Hägele et al. 2024, arXiv 2405.18392).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from framework.ml.batches import Batches
from framework.ml.optimizers import Optimizer
from framework.ml.progress import Reporter

BatchT = TypeVar("BatchT")

_TOLERANCE_GOING_ON = 0.01
"""The least tolerance of a training that goes on from an earlier one: what is learned late was learned there."""

_FIRST_BATCHES = 4
"""Batches on which the loss of a fresh module is measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train.

    ``patience`` epochs in a row must each have brought less than ``tolerance`` of all progress so far before the
    loss counts as converged; ``cooldown`` is the length of the last stretch as a share of what went before.
    """

    epochs: int
    least_steps: int = 60
    warmup_steps: int = 10
    tolerance: float = 0.02
    patience: int = 2
    cooldown: float = 0.5
    validate_every: int = 0


@dataclass(slots=True)
class History:
    """What happened: one entry an epoch, and the loss of the module before it had learned anything."""

    fresh_loss: float | None = None
    losses: list[float] = field(default_factory=list)
    figures: list[dict[str, float]] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    steps: int = 0


@dataclass(slots=True)
class Task(Generic[BatchT]):
    """What to train.

    ``batches`` gives the batches of an epoch by its number; ``loss`` the loss of one, with sums to report: a name
    to (sum, count). ``validate`` scores the module, higher is better; the best state is kept if ``keep_best``.
    ``hand_over`` puts into the fresh module what an earlier training learned, if there is one to go on from.
    """

    module: nn.Module
    optimizers: Sequence[Optimizer]
    batches: Callable[[int], Batches[BatchT]]
    loss: Callable[[BatchT], tuple[Tensor, dict[str, tuple[float, int]]]]
    validate: Callable[[], float] | None = None
    keep_best: bool = False
    hand_over: Callable[[], None] | None = None

    def step(self, batch: BatchT) -> tuple[float, dict[str, tuple[float, int]]]:
        """One update of the weights."""
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        loss, counts = self.loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        for optimizer in self.optimizers:
            optimizer.step()
        return float(loss.detach()), counts


def fit(task: Task[BatchT], plan: Plan, reporter: Reporter) -> History:
    """Trains until the loss has converged and the learning rates are cooled down, or the epochs are used up."""
    history, rates, best = History(_begin(task)), _Rates(task.optimizers), _Best(task)
    cooling_from: int | None = None
    last_epoch = plan.epochs
    task.module.train()
    for epoch in range(plan.epochs):
        if cooling_from is None and (
            _converged(history, plan) or epoch >= math.ceil(plan.epochs / (1 + plan.cooldown))
        ):
            cooling_from = epoch
            last_epoch = min(plan.epochs, epoch + max(1, math.ceil(epoch * plan.cooldown)))
        _run_epoch(task, epoch, rates, plan, history, (cooling_from, last_epoch))
        done = epoch + 1 == last_epoch
        if task.validate and plan.validate_every and (done or (epoch + 1) % plan.validate_every == 0):
            history.scores.append(best.update(task.validate()))
            history.figures[-1]["validation"] = history.scores[-1]
            task.module.train()
            if cooling_from is None and best.stale >= 3:
                cooling_from, last_epoch = epoch + 1, min(plan.epochs, epoch + 1 + max(1, plan.validate_every))
        reporter.epoch(epoch + 1, {"loss": history.losses[-1], **history.figures[-1]})
        if done:
            break
    best.restore()
    task.module.eval()
    return history


def _begin(task: Task[BatchT]) -> float | None:
    """Hands over what was learned before. Returns the loss without it, by which to judge how much is left to gain."""
    if task.hand_over is None:
        return None
    task.module.train()
    with torch.no_grad():
        losses = [float(task.loss(batch)[0]) for batch in islice(task.batches(0), _FIRST_BATCHES)]
    task.hand_over()
    return sum(losses) / len(losses)


def _run_epoch(
    task: Task[BatchT],
    epoch: int,
    rates: _Rates,
    plan: Plan,
    history: History,
    cooling: tuple[int | None, int],
) -> None:
    start, stop = cooling
    batches = task.batches(epoch)
    total, sums = 0.0, dict[str, list[float]]()
    for number, batch in enumerate(batches):
        factor = min(1.0, (history.steps + 1) / plan.warmup_steps)
        if start is not None:
            factor *= 1 - (epoch + number / len(batches) - start) / (stop - start)
        rates.scale(factor)
        loss, counts = task.step(batch)
        history.steps += 1
        total += loss
        for name, (amount, count) in counts.items():
            entry = sums.setdefault(name, [0.0, 0])
            entry[0] += amount
            entry[1] += count
    history.losses.append(total / max(1, len(batches)))
    history.figures.append({name: amount / max(1, count) for name, (amount, count) in sums.items()})


def _converged(history: History, plan: Plan) -> bool:
    losses = history.losses
    if len(losses) <= plan.patience or history.steps < plan.least_steps:
        return False
    progress, tolerance = losses[0] - min(losses), plan.tolerance
    if history.fresh_loss is not None:
        progress, tolerance = history.fresh_loss - min(losses), max(tolerance, _TOLERANCE_GOING_ON)
    recent = zip(losses[-plan.patience - 1 :], losses[-plan.patience :], strict=False)
    return all(before - after < tolerance * progress for before, after in recent)


class _Rates:
    """The learning rates as they were given, to be scaled together."""

    def __init__(self, optimizers: Sequence[Optimizer]) -> None:
        self._groups = [(group, group["lr"]) for optimizer in optimizers for group in optimizer.param_groups]

    def scale(self, factor: float) -> None:
        for group, rate in self._groups:
            group["lr"] = rate * factor


class _Best(Generic[BatchT]):
    """The best validated state."""

    def __init__(self, task: Task[BatchT]) -> None:
        self._task = task
        self._score = -math.inf
        self._state: dict[str, Tensor] | None = None
        self.stale = 0

    def update(self, score: float) -> float:
        if score > self._score:
            self._score, self.stale = score, 0
            if self._task.keep_best:
                self._state = copy.deepcopy(self._task.module.state_dict())
        else:
            self.stale += 1
        return score

    def restore(self) -> None:
        if self._state is not None:
            self._task.module.load_state_dict(self._state)

import logging
from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from framework.ml.batches import BatchesOnDemand
from framework.ml.optimizers import SGD
from framework.ml.progress import LogReporter, describe, reporting
from framework.ml.threads import fastest_thread_count, torch_threads
from framework.ml.training import Plan, Task, fit


class Recorder:
    def __init__(self) -> None:
        self.epochs: list[tuple[int, dict[str, float]]] = []

    def epoch(self, number: int, figures: Mapping[str, float]) -> None:
        self.epochs.append((number, dict(figures)))


def regression(**options: object) -> tuple[nn.Linear, Task[tuple[Tensor, Tensor]]]:
    torch.manual_seed(0)
    module = nn.Linear(3, 1)
    x = torch.randn(64, 3)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5]])

    def loss(batch: tuple[Tensor, Tensor]) -> tuple[Tensor, dict[str, tuple[float, int]]]:
        value = functional.mse_loss(module(batch[0]), batch[1])
        return value, {"error": (float(value.detach()), 1)}

    optimizer = SGD(module.parameters(), lr=0.1)
    batches = list(zip(x.split(8), y.split(8), strict=True))
    return module, Task(module, [optimizer], lambda epoch: batches, loss, **options)


def test_training_stops_when_the_loss_has_converged():
    _, task = regression()
    recorder = Recorder()
    history = fit(task, Plan(epochs=500, least_steps=20), recorder)
    assert history.losses[-1] < 0.001
    assert len(history.losses) < 50
    assert recorder.epochs[-1][0] == len(history.losses)
    assert recorder.epochs[-1][1].keys() == {"loss", "error"}


def test_the_learning_rate_is_cooled_down_to_nearly_nothing():
    _, task = regression()
    fit(task, Plan(epochs=10), Recorder())
    assert task.optimizers[0].param_groups[0]["lr"] < 0.01


def test_a_single_epoch_is_trained_in_full():
    _, task = regression()
    assert fit(task, Plan(epochs=1), Recorder()).steps == 8


def test_the_best_validated_weights_are_kept():
    module, task = regression(validate=lambda: scores.pop(0), keep_best=True)
    scores = [1.0, 3.0, 2.0, 1.0]
    kept: list[Tensor] = []

    class Watcher(Recorder):
        def epoch(self, number: int, figures: Mapping[str, float]) -> None:
            kept.append(module.weight.detach().clone())

    history = fit(task, Plan(epochs=4, least_steps=1000, validate_every=1), Watcher())
    assert history.scores == [1.0, 3.0, 2.0, 1.0]
    assert torch.equal(module.weight, kept[1])


def test_threads_are_set_back():
    before = torch.get_num_threads()
    with torch_threads(1):
        assert torch.get_num_threads() == 1
        assert fastest_thread_count(lambda: torch.ones(2, 2) @ torch.ones(2, 2), repeats=1) >= 1
    assert torch.get_num_threads() == before


def test_progress_is_logged_where_there_is_no_terminal(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    caplog.set_level(logging.INFO, logger="framework.ml.progress")
    monkeypatch.setattr("framework.ml.progress._LOG_EVERY", 0.0)
    with reporting("DIETClassifier", 3) as reporter:
        assert isinstance(reporter, LogReporter)
        reporter.epoch(1, {"loss": 0.5, "accuracy": 1.0})
    assert caplog.messages == ["DIETClassifier: epoch 1 of at most 3, loss 0.500, accuracy 1.000"]


def test_figures_are_described_with_three_digits():
    assert describe({"loss": 0.12345}) == "loss 0.123"


def test_batches_on_demand_are_made_when_their_turn_comes():
    made: list[int] = []
    batches = BatchesOnDemand([np.arange(2), np.arange(3)], lambda part: made.append(len(part)) or len(part))
    assert len(batches) == 2
    turns = iter(batches)
    assert next(turns) == 2
    assert made == [2]
    assert list(turns) == [3]

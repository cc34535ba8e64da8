"""The optimisers do what those of torch do, without its compiler."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

import pytest
import torch
from torch import Tensor, nn

from framework.ml.optimizers import SGD, AdamW, Optimizer

RATE = 0.1


def own_adam(parameters: Iterable[Tensor]) -> Optimizer:
    return AdamW(parameters, lr=RATE, weight_decay=0.3)


def torch_adam(parameters: Iterable[Tensor]) -> torch.optim.Optimizer:
    return torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.3)


def own_sgd(parameters: Iterable[Tensor]) -> Optimizer:
    return SGD(parameters, lr=RATE)


def torch_sgd(parameters: Iterable[Tensor]) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=RATE)


@pytest.mark.parametrize(("own", "reference"), [(own_adam, torch_adam), (own_sgd, torch_sgd)], ids=["AdamW", "SGD"])
def test_the_steps_are_those_of_torch(own, reference):
    inputs = torch.randn(16, 3, generator=torch.Generator().manual_seed(0))
    outcomes = []
    for make in (own, reference):
        torch.manual_seed(1)
        network, unused = nn.Linear(3, 2), nn.Linear(3, 2)
        optimizer = make([*network.parameters(), *unused.parameters()])
        for step in range(5):
            optimizer.param_groups[0]["lr"] = RATE / (step + 1)
            optimizer.zero_grad()
            network(inputs).square().mean().backward()
            optimizer.step()
        outcomes.append([parameter.detach() for parameter in (*network.parameters(), *unused.parameters())])
    for one, other in zip(*outcomes, strict=True):
        torch.testing.assert_close(one, other)


def test_sparse_gradients_move_only_their_rows():
    table = nn.Parameter(torch.ones(4, 2))
    optimizer = SGD([table], lr=1.0)
    table.grad = torch.sparse_coo_tensor([[2]], [[0.5, 0.25]], (4, 2), check_invariants=True)
    optimizer.step()
    assert table.tolist() == [[1, 1], [1, 1], [0.5, 0.75], [1, 1]]


def test_training_does_not_import_the_compiler_of_torch():
    script = """
import sys
from tests.ted.cafe import cafe, teach
teach("TEDPolicy", cafe(), epochs=1)
assert "torch" in sys.modules
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)

"""Optimisers that do not import torch's compiler.

Making any optimiser of ``torch.optim`` imports ``torch._dynamo``, which takes longer than training a small bot.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim.adamw import adamw

_BETAS = (0.9, 0.999)
_EPSILON = 1e-8


class Optimizer(ABC):
    """Updates parameters by their gradients; ``param_groups`` is one group whose ``lr`` a schedule may change."""

    def __init__(self, parameters: Iterable[Tensor], lr: float) -> None:
        self.parameters = list(parameters)
        self.param_groups: list[dict[str, Any]] = [{"params": self.parameters, "lr": lr}]

    @property
    def lr(self) -> float:
        """The learning rate now."""
        rate: float = self.param_groups[0]["lr"]
        return rate

    def zero_grad(self) -> None:
        """Forgets the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    @abstractmethod
    def step(self) -> None:
        """Updates the parameters."""


class SGD(Optimizer):
    """Plain gradient descent; gradients may be sparse."""

    @torch.no_grad()
    def step(self) -> None:  # noqa: D102
        for parameter in self.parameters:
            if parameter.grad is not None:
                parameter.add_(parameter.grad, alpha=-self.lr)


class AdamW(Optimizer):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101), fused."""

    def __init__(self, parameters: Iterable[Tensor], lr: float, weight_decay: float) -> None:
        super().__init__(parameters, lr)
        self._weight_decay = weight_decay
        self._state: dict[int, tuple[Tensor, Tensor, Tensor]] = {}

    @torch.no_grad()
    def step(self) -> None:  # noqa: D102
        parameters = [parameter for parameter in self.parameters if parameter.grad is not None]
        state = [self._state_of(parameter) for parameter in parameters]
        adamw(
            parameters,
            [parameter.grad for parameter in parameters if parameter.grad is not None],
            [mean for mean, _, _ in state],
            [square for _, square, _ in state],
            [],
            [step for _, _, step in state],
            fused=True,
            amsgrad=False,
            beta1=_BETAS[0],
            beta2=_BETAS[1],
            lr=self.lr,
            weight_decay=self._weight_decay,
            eps=_EPSILON,
            maximize=False,
        )

    def _state_of(self, parameter: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        state = self._state.get(id(parameter))
        if state is None:
            step = torch.zeros((), dtype=torch.float32, device=parameter.device)
            state = torch.zeros_like(parameter), torch.zeros_like(parameter), step
            self._state[id(parameter)] = state
        return state

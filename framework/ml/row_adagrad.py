"""Adagrad with one rate a row (Duchi et al. 2011), for tables whose gradients name few rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn


class RowAdagrad(torch.optim.Optimizer):
    """Divides each row's rate by the root of its summed mean squared gradients.

    It keeps one number a row where Adam keeps two tables, and touches only the rows that the gradient names. The
    gradients must be sparse and name each row once, as those of :class:`~framework.ml.bags.Bag` do.
    """

    def __init__(self, tables: Iterable[nn.Parameter], lr: float) -> None:
        super().__init__(tables, {"lr": lr})

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Updates the tables."""
        loss = closure() if closure is not None else None
        for group in self.param_groups:
            for table in group["params"]:
                if table.grad is None:
                    continue
                state = self.state[table]
                if not state:
                    state["sum"] = torch.full((len(table), 1), 1e-10, device=table.device)
                gradient = table.grad
                rows, values = gradient._indices()[0], gradient._values()  # noqa: SLF001
                total = state["sum"][rows] + values.square().mean(1, keepdim=True)
                state["sum"][rows] = total
                table.index_add_(0, rows, values * total.rsqrt(), alpha=-group["lr"])
        return loss

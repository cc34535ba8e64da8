"""Adagrad with one rate a row (Duchi et al. 2011), for tables whose gradients name few rows."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from framework.ml.optimizers import Optimizer


class RowAdagrad(Optimizer):
    """Divides each row's rate by the root of its summed mean squared gradients.

    It keeps one number a row where Adam keeps two tables, and touches only the rows that the gradient names. The
    gradients must be sparse and name each row once, as those of :class:`~framework.ml.bags.Bag` do.
    """

    def __init__(self, tables: Iterable[nn.Parameter], lr: float) -> None:
        super().__init__(tables, lr)
        self._sums = [torch.full((len(table), 1), 1e-10, device=table.device) for table in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        """Updates the tables."""
        for table, sums in zip(self.parameters, self._sums, strict=True):
            if table.grad is None:
                continue
            rows, values = table.grad._indices()[0], table.grad._values()  # noqa: SLF001
            total = sums[rows] + values.square().mean(1, keepdim=True)
            sums[rows] = total
            table.index_add_(0, rows, values * total.rsqrt(), alpha=-self.lr)

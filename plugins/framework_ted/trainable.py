"""What is trained: the table of the states' columns and the network, and their losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from framework.ml.bags import Bag
from framework.ml.features import PartFeatures
from framework.ml.optimizers import AdamW, Optimizer
from framework.ml.row_adagrad import RowAdagrad
from framework_ted.config import LearnedPolicyConfig, TEDConfig
from framework_ted.network import DialogueNetwork, DropRates, Shape
from framework_ted.windows import Floats, Windows

Objective = Literal["one", "any"]
"""``one`` label follows a window, or ``any`` of several may."""

Counts = dict[str, tuple[float, int]]

_HIDDEN = -1e9


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows, the features of the states in them, and what follows."""

    features: PartFeatures
    windows: Windows
    targets: Floats  # [B, C]


@dataclass(frozen=True, slots=True)
class Answers:
    """The labels that are texts: their numbers among all labels, and the features of the texts."""

    places: npt.NDArray[np.int64]
    features: PartFeatures


class AnswerWeights(nn.Module):
    """Gives the labels that are texts vectors that come of their features, so that similar texts have similar ones.

    Those that follow somewhere have a vector of their own on top of that.
    """

    own: Tensor
    places: Tensor
    dense: Tensor

    def __init__(self, answers: Answers, follows: npt.NDArray[np.bool_], size: int, drop_rate: float) -> None:
        super().__init__()
        sparse, dense = answers.features.sparse, answers.features.dense
        self.sparse = sparse
        self.table = Bag(sparse.width if sparse is not None else 0, size, spread=0.1, dropout=drop_rate)
        self.linear = nn.Linear(dense.shape[1], size, bias=False) if dense is not None else None
        self.drop_rate = drop_rate
        own = np.ones((len(follows), 1), np.float32)
        own[answers.places] = follows[answers.places, None]
        self.register_buffer("own", torch.from_numpy(own))
        self.register_buffer("places", torch.from_numpy(answers.places))
        self.register_buffer("dense", torch.from_numpy(dense) if dense is not None else None)

    def forget(self) -> None:
        """Begins with nothing: the labels' own vectors are all that an earlier training learned."""
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.zero_()

    def forward(self, weights: Tensor) -> Tensor:
        """``weights [C, D]`` are the labels' own vectors."""
        vectors = weights.new_zeros(len(self.places), weights.shape[1])
        if self.sparse is not None:
            vectors = vectors + self.table(self.sparse)
        if self.linear is not None:
            vectors = vectors + self.linear(functional.dropout(self.dense, self.drop_rate, self.training))
        return (weights * self.own).index_add(0, self.places, vectors)


class TrainableModel(nn.Module):
    """Features of states through the table into the network, and the loss of what comes out."""

    def __init__(
        self, shape: Shape, width: int, objective: Objective, config: LearnedPolicyConfig, answers: AnswerWeights | None
    ) -> None:
        super().__init__()
        self.objective = objective
        self.hidden_states = config.hidden_states
        sparse, dense = True, True
        if isinstance(config, TEDConfig):
            sparse, dense = config.use_sparse_input_dropout, config.use_dense_input_dropout
        self.dense_drop = config.drop_rate if dense else 0.0
        self.table = Bag(width, shape.state_size, spread=0.1, dropout=config.drop_rate if sparse else 0.0)
        self.network = DialogueNetwork(shape, DropRates(config.drop_rate_dialogue))
        self.answers = answers

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.table.table.device

    def optimizers(self, config: LearnedPolicyConfig) -> list[Optimizer]:
        """Adagrad by rows for the table, Adam for all else."""
        factor = config.learning_rate / 0.001
        tables = [self.table.table]
        if self.answers is not None:
            tables.append(self.answers.table.table)
        apart = {id(table) for table in tables}
        return [
            RowAdagrad(tables, lr=0.02 * factor),
            AdamW(
                [parameter for parameter in self.parameters() if id(parameter) not in apart],
                lr=2e-3 * factor,
                weight_decay=10 * config.regularization_constant,
            ),
        ]

    def loss(self, batch: Batch) -> tuple[Tensor, Counts]:
        """The loss of a batch, and figures to report.

        Cross-entropy with the shares of the labels, or for each label whether it may follow.
        """
        summary = self.network.summarize(self._inputs(batch))
        logits = functional.linear(summary, self.label_weights(), self.network.out.bias)
        targets = self._tensor(batch.targets)
        if self.objective == "one":
            losses = -(targets * functional.log_softmax(logits, dim=1)).sum(1)
        else:
            possible = (targets > 0).float()
            losses = functional.binary_cross_entropy_with_logits(logits, possible, reduction="none").sum(1)
        guesses = targets.gather(1, logits.argmax(1, keepdim=True)).squeeze(1)
        right = int((guesses >= targets.amax(1)).sum())
        return losses.mean(), {"accuracy": (right, len(targets))}

    def label_weights(self) -> Tensor:
        """The vector of each label, ``[C, D]``."""
        weights: Tensor = self.network.out.weight
        return weights if self.answers is None else cast(Tensor, self.answers(weights))

    def _inputs(self, batch: Batch) -> dict[str, Tensor]:
        inputs = {name: self._tensor(array) for name, array in batch.windows.inputs().items()}
        if batch.features.sparse is not None:
            inputs["states"] = self.table(batch.features.sparse)
        if batch.features.dense is not None:
            inputs["dense"] = functional.dropout(self._tensor(batch.features.dense), self.dense_drop, self.training)
        if self.training and self.hidden_states:
            hidden = torch.rand(inputs["mask"].shape, device=self.device) < self.hidden_states
            inputs["mask"] = inputs["mask"].masked_fill(hidden & (inputs["ages"] > 0), _HIDDEN)
        return inputs

    def _tensor(self, array: npt.NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)

"""What is trained: the embedding tables, the network, the CRF, and their losses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from framework.ml.bags import Bag
from framework.ml.crf import CRF
from framework.ml.labels import UNLABELLED
from framework.ml.losses import disagreement, entity_loss, smoothed, soft_cross_entropy
from framework.ml.optimizers import SGD, AdamW, Optimizer
from framework.ml.row_adagrad import RowAdagrad
from framework.ml.tagging import TagScheme
from framework_diet.config import DIETConfig
from framework_diet.examples import Batch
from framework_diet.masking import TokenMasking
from framework_diet.network import DietNetwork, Shape, Verdicts

SMOOTHING = 0.1
TAG_WEIGHT = 3.0
"""Weight of the loss of entities, a mean over tokens of which most are outside of any, beside that of intents."""
MOST_SPARSE_DROP = 0.6

Counts = dict[str, tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Widths:
    """Columns of the sparse features of tokens and of messages."""

    tokens: int
    sentence: int


class DietModel(nn.Module):
    """Sparse features through the tables into the network, and the loss of what comes out."""

    def __init__(self, shape: Shape, widths: Widths, scheme: TagScheme, config: DIETConfig) -> None:
        super().__init__()
        self.shape, self.scheme = shape, scheme
        sparse_drop = min(MOST_SPARSE_DROP, 2 * config.drop_rate) if config.use_sparse_input_dropout else 0.0
        self.dense_drop = config.drop_rate if config.use_dense_input_dropout else 0.0
        self.network = DietNetwork(shape, config.drop_rate, config.drop_rate_attention)
        self.tokens = Bag(widths.tokens, shape.token_size, spread=0.1, dropout=sparse_drop)
        self.sentence = Bag(widths.sentence, shape.sentence_size, spread=0.1, dropout=sparse_drop)
        self.expert = Bag(widths.sentence, shape.intents)
        self.crf = CRF(*(torch.from_numpy(part) for part in scheme.allowed())) if shape.tags else None
        self.masking = TokenMasking(shape) if config.use_masked_language_model and shape.has_tokens else None

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.tokens.table.device

    def optimizers(self, config: DIETConfig) -> list[Optimizer]:
        """Plain gradient descent for the linear experts, Adagrad by rows for embeddings, Adam for all else.

        Adam makes rare features count as much as frequent ones, which costs a linear model 4 points on 10 examples an
        intent; plain descent finds a large margin. Dense features say little each, and are learned four times as fast.
        A transformer, and the vectors of a language model, are learned worse at the rates that suit words best.
        """
        factor = config.learning_rate / 0.001
        shape = self.shape
        haste = 1.0 if shape.layers or shape.token_dense or shape.sentence_dense else 2.0
        sparse, dense = [self.expert.table], list[Tensor]()
        if self.network.intents is not None and self.network.intents.linear is not None:
            dense.append(self.network.intents.linear.weight)
        tables = [self.tokens.table, self.sentence.table]
        apart = {id(parameter) for parameter in (*sparse, *dense, *tables)}
        rest = [parameter for parameter in self.parameters() if id(parameter) not in apart]
        return [
            SGD(sparse, lr=50.0 * factor),
            SGD(dense, lr=200.0 * factor),
            RowAdagrad(tables, lr=0.01 * haste * factor),
            AdamW(rest, lr=2e-3 * haste * factor, weight_decay=5 * config.regularization_constant),
        ]

    def loss(self, batch: Batch) -> tuple[Tensor, Counts]:
        """The sum of the losses of all heads, and figures to report."""
        inputs, types = self._inputs(batch)
        loss, counts = torch.zeros((), device=self.device), Counts()
        masked = (
            self.masking(inputs, self._tensor(batch.type_of), types)
            if self.masking is not None and self.training
            else None
        )
        encoded = self.network.encode(inputs)
        if self.masking is not None and masked is not None and encoded is not None:
            loss = loss + self.masking.loss(encoded, masked, types)
        if self.network.intents is not None:
            intent_loss, right = self._intent_loss(batch, self.network.intents(encoded, inputs))
            loss = loss + intent_loss
            counts["accuracy"] = right
        if self.crf is not None:
            wanted = {"tags": batch.tags, "roles": batch.roles, "groups": batch.groups}
            tags = {name: self._tensor(numbers) for name, numbers in wanted.items()}
            for outputs in self.network.token_outputs(encoded, inputs):
                tag_loss, counts["tag likelihood"] = entity_loss(self.crf, outputs, tags, inputs)
                loss = loss + TAG_WEIGHT * tag_loss
        return loss, counts

    def judge(self, batch: Batch) -> Tensor:
        """The logits of the intents, ``[B, intents]``."""
        intents: Tensor = self.network(self._inputs(batch)[0])["intents"]
        return intents

    def _intent_loss(self, batch: Batch, verdicts: Verdicts) -> tuple[Tensor, tuple[float, int]]:
        labels = self._tensor(batch.intents)
        labelled = labels != UNLABELLED
        labels = labels[labelled]
        linear, neural = ([logits[labelled] for logits in experts] for experts in (verdicts.linear, verdicts.neural))
        verdicts = Verdicts(linear, neural, verdicts.dense_weight)
        real = labels >= 0
        if not int(real.sum()):
            return torch.zeros((), device=self.device), (0.0, 0)
        loss = torch.zeros((), device=self.device)
        for logits in verdicts.linear:
            loss = loss + functional.cross_entropy(logits[real], labels[real])
        targets = smoothed(labels, self.shape.intents, SMOOTHING)
        for logits in verdicts.neural:
            loss = loss + soft_cross_entropy(logits, targets)
        for one, other in combinations(verdicts.neural, 2):
            loss = loss + disagreement(one, other)
        right = int((verdicts.together.argmax(1) == labels).sum())
        return loss, (right, int(real.sum()))

    def _inputs(self, batch: Batch) -> tuple[dict[str, Tensor], Tensor]:
        """The network's inputs, and the embeddings of the batch's different tokens ``[U, token_size]``."""
        inputs = {name: self._tensor(array) for name, array in batch.packing.inputs().items()}
        types = (
            self.tokens(batch.token_types) if batch.token_types else inputs["mask"].new_zeros(1, self.shape.token_size)
        )
        inputs["tokens"] = types[self._tensor(batch.type_of)]
        size = len(batch.intents)
        sparse = batch.sentence.sparse
        inputs["sentence"] = self.sentence(sparse) if sparse else types.new_zeros(size, self.shape.sentence_size)
        inputs["scores"] = self.expert(sparse) if sparse else types.new_zeros(size, self.shape.intents)
        for name, dense in (("token_dense", batch.token_dense), ("sentence_dense", batch.sentence.dense)):
            if dense is not None:
                inputs[name] = functional.dropout(self._tensor(dense), self.dense_drop, self.training)
        return inputs, types

    def _tensor(self, array: npt.NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)

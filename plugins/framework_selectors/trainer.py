"""Trains a selector's network on features and answers, and exports it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from framework.api import EarlierTraining, MessageBatch
from framework.ml.bags import Bag
from framework.ml.features import Matrix, PartFeatures, PartReader
from framework.ml.losses import smoothed, soft_cross_entropy
from framework.ml.optimizers import SGD, AdamW, Optimizer
from framework.ml.progress import describe, reporting
from framework.ml.row_adagrad import RowAdagrad
from framework.ml.sampling import batch_sizes, hold_out, noise_for, spread, with_noise
from framework.ml.threads import torch_threads
from framework.ml.training import Plan, Task, fit
from framework.ml.weights import Arrays
from framework_selectors.answers import Answers
from framework_selectors.config import ResponseSelectorConfig
from framework_selectors.earlier import EarlierSelector
from framework_selectors.network import AnswerNetwork, Shape

logger = logging.getLogger(__name__)

SMOOTHING = 0.1
DEFAULT_SIZE = 256
MOST_DROPPED = 0.6
"""The largest share of sparse features dropped from the embedding; that much makes it learn from rare words too."""
Ints = npt.NDArray[np.int64]

NOISE = -1
"""The answer to noise: any is as good as another."""

Counts = dict[str, tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Trained:
    """All that serving needs; ``state`` are the graph's weights, for those who serve with torch."""

    reader: PartReader
    shape: Shape
    table: Matrix  # [V, answers + embedding]
    graph: bytes
    state: Arrays


@dataclass(frozen=True, slots=True)
class Start:
    """An earlier training to go on from, and the answers that there are now."""

    earlier: EarlierTraining
    answers: Answers


@dataclass(frozen=True, slots=True)
class Batch:
    """Some questions, and after them rows of noise."""

    features: PartFeatures
    answers: Ints  # [B]


class SelectorModel(nn.Module):
    """Sparse features through the tables into the network, and the loss of what comes out."""

    def __init__(self, shape: Shape, sparse_width: int, config: ResponseSelectorConfig) -> None:
        super().__init__()
        sparse_drop = min(MOST_DROPPED, 3 * config.drop_rate) if config.use_sparse_input_dropout else 0.0
        self.dense_drop = config.drop_rate if config.use_dense_input_dropout else 0.0
        self.network = AnswerNetwork(shape, config.drop_rate)
        self.embedding = Bag(sparse_width, shape.embedding, spread=0.1, dropout=sparse_drop)
        self.expert = Bag(sparse_width, shape.answers)

    def optimizers(self, config: ResponseSelectorConfig, batch_size: int) -> list[Optimizer]:
        """Plain gradient descent for the linear expert, Adagrad by rows for the embedding, Adam for all else.

        Plain descent finds a large margin, at a rate in proportion to the batch: smaller batches are noisier.
        """
        factor = config.learning_rate / 0.001
        network = self.network
        linear = [self.expert.table, *(network.linear.parameters() if network.linear is not None else ())]
        apart = {id(parameter) for parameter in linear}
        rest = [parameter for parameter in network.parameters() if id(parameter) not in apart]
        return [
            SGD(linear, lr=0.8 * batch_size * factor),
            RowAdagrad([self.embedding.table], lr=0.01 * factor),
            AdamW(rest, lr=2e-3 * factor, weight_decay=5 * config.regularization_constant),
        ]

    def loss(self, batch: Batch) -> tuple[Tensor, Counts]:
        """The sum of both experts' losses, and the accuracy to report."""
        linear, neural = self.network.experts(self._inputs(batch.features, len(batch.answers)))
        answers = self._tensor(batch.answers)
        real = answers != NOISE
        loss = soft_cross_entropy(neural, smoothed(answers, self.network.shape.answers, SMOOTHING))
        loss = loss + functional.cross_entropy(linear[real], answers[real])
        right = int(((linear + neural).argmax(1) == answers).sum())
        return loss, {"accuracy": (right, int(real.sum()))}

    def table(self) -> Matrix:
        """Both tables side by side, so that serving looks each feature up once."""
        both: Matrix = torch.cat([self.expert.table, self.embedding.table], dim=1).detach().cpu().numpy()
        return both

    def _inputs(self, features: PartFeatures, size: int) -> dict[str, Tensor]:
        shape, table = self.network.shape, self.expert.table
        inputs = {"scores": table.new_zeros(size, shape.answers), "embedding": table.new_zeros(size, shape.embedding)}
        if features.sparse is not None:
            inputs = {"scores": self.expert(features.sparse), "embedding": self.embedding(features.sparse)}
        if features.dense is not None:
            inputs["dense"] = functional.dropout(self._tensor(features.dense), self.dense_drop, self.training)
        return inputs

    def _tensor(self, array: Ints | Matrix) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.expert.table.device)


def train(
    batch: MessageBatch, answers: Ints, config: ResponseSelectorConfig, name: str, start: Start | None = None
) -> Trained:
    """Learns the answers ``0..C-1`` to the messages of a batch."""
    before = EarlierSelector.read(start.earlier.folder) if start is not None else None
    epochs = config.epochs
    reader = PartReader.fit("sentence", batch.blocks)
    shape = Shape(
        answers=int(answers.max()) + 1,
        embedding=config.dense_dimension.get("text", DEFAULT_SIZE),
        dense=reader.dense_width,
        hidden_layers=config.hidden_layers_sizes.get("text", ()),
    )
    with torch.random.fork_rng():
        torch.manual_seed(config.random_seed or 0)
        model = SelectorModel(shape, reader.sparse_width, config)
        hand_over = None
        if start is not None and before is not None:
            hand_over = partial(before.hand_over, model, start.answers, reader)
            epochs = start.earlier.epochs(epochs)
        model.to("cuda" if torch.cuda.is_available() else "cpu")
        _fit(model, Batch(reader.read(batch), answers), config, name, epochs, hand_over)
    state = {key: tensor.detach().cpu().numpy() for key, tensor in model.network.state_dict().items()}
    return Trained(reader, shape, model.table(), model.network.to_onnx(), state)


def _fit(
    model: SelectorModel,
    questions: Batch,
    config: ResponseSelectorConfig,
    name: str,
    epochs: int,
    hand_over: Callable[[], None] | None,
) -> None:
    rng = np.random.default_rng(config.random_seed or 0)
    held_out, learned = hold_out(questions.answers, config.evaluate_on_number_of_examples, rng)
    first, last = batch_sizes(config.batch_size, len(learned))

    def batches(epoch: int) -> list[Batch]:
        size = first + (last - first) * epoch / max(1, epochs - 1)
        balanced = config.batch_strategy == "balanced"
        order = learned[spread(questions.answers[learned], rng) if balanced else rng.permutation(len(learned))]
        parts = np.array_split(order, max(1, round(len(order) / size)))
        return [_batch(questions, part, noise_for(len(part)), rng) for part in parts]

    def accuracy() -> float:
        model.eval()
        with torch.inference_mode():
            right, count = model.loss(_batch(questions, held_out, 0, rng))[1]["accuracy"]
        return right / count

    every = config.evaluate_every_number_of_epochs
    task = Task(
        model,
        model.optimizers(config, first),
        batches,
        model.loss,
        validate=accuracy if len(held_out) else None,
        keep_best=config.checkpoint_model,
        hand_over=hand_over,
    )
    with torch_threads(1), reporting(name, epochs) as reporter:
        history = fit(task, Plan(epochs, validate_every=epochs if every < 1 else every), reporter)
    figures = {"loss": history.losses[-1], **history.figures[-1]}
    logger.info("%s: trained for %d epochs, %s", name, len(history.losses), describe(figures))


def _batch(questions: Batch, wanted: Ints, noise: int, rng: np.random.Generator) -> Batch:
    sparse, dense = questions.features.sparse, questions.features.dense
    features = PartFeatures(
        with_noise(sparse.rows(wanted), noise, rng) if sparse is not None else None,
        np.pad(dense[wanted], ((0, noise), (0, 0))) if dense is not None else None,
    )
    return Batch(features, np.concatenate((questions.answers[wanted], np.full(noise, NOISE))))

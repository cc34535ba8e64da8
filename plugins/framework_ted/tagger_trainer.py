"""Trains the tagger of entities on the texts of stories and exports it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from framework.api import SparseRows, TrainingData
from framework.ml.annotations import TokenTags, tag_tokens, tokens_of
from framework.ml.bags import Bag
from framework.ml.batches import BatchesOnDemand
from framework.ml.crf import CRF
from framework.ml.features import PartFeatures
from framework.ml.labels import Labels
from framework.ml.losses import entity_loss
from framework.ml.optimizers import AdamW
from framework.ml.packing import pack, take
from framework.ml.progress import describe, reporting
from framework.ml.row_adagrad import RowAdagrad
from framework.ml.sampling import batch_sizes
from framework.ml.threads import torch_threads
from framework.ml.training import Plan, Task, fit
from framework.ml.weights import Arrays
from framework_ted.config import LearnedPolicyConfig
from framework_ted.tagger_network import TaggerNetwork, TaggerShape, tagger_graph
from framework_ted.windows import Ints

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainedTagger:
    """All that serving needs, and the torch weights for those who serve with torch."""

    shape: TaggerShape
    tables: Arrays
    graph: bytes
    state: Arrays


def train_tagger(
    data: TrainingData,
    features: PartFeatures,
    labels: Labels,
    shape: TaggerShape,
    config: LearnedPolicyConfig,
    name: str,
) -> TrainedTagger:
    """Learns the labels of the tokens, whose ``features`` are given, from the annotations of the texts."""
    width = features.sparse.width if features.sparse is not None else 0
    with torch.random.fork_rng():
        torch.manual_seed(config.random_seed or 0)
        model = _Model(shape, labels, width, config)
        texts = _Texts(tokens_of(data).offsets, features, tag_tokens(data, labels))
        _fit(model, texts, config, name)
    tables = {"tokens": _array(model.table.table)}
    names = ("crf.transitions", "crf.start", "crf.end")
    tables.update(zip(names, map(_array, model.crf.scores()), strict=True))
    state = {key: _array(tensor) for key, tensor in model.network.state_dict().items()}
    return TrainedTagger(shape, tables, tagger_graph(model.network), state)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts by the features and tags of their tokens; those of text ``i`` begin at ``offsets[i]``."""

    offsets: Ints
    features: PartFeatures
    known: TokenTags

    def batch(self, wanted: Ints) -> _Batch:
        places, offsets = take(self.offsets, wanted)
        sparse, dense, known = self.features.sparse, self.features.dense, self.known
        inputs = {name: torch.from_numpy(array) for name, array in pack(offsets).inputs().items()}
        if dense is not None:
            inputs["token_dense"] = torch.from_numpy(dense[places])
        tags = {"tags": known.tags, "roles": known.roles, "groups": known.groups}
        wanted_tags = {name: torch.from_numpy(array[places]) for name, array in tags.items()}
        return _Batch(inputs, sparse.rows(places) if sparse is not None else None, wanted_tags)


@dataclass(frozen=True, slots=True)
class _Batch:
    inputs: dict[str, Tensor]
    sparse: SparseRows | None
    tags: dict[str, Tensor]


class _Model(nn.Module):
    """Sparse features through the table into the network, and the loss of what comes out."""

    def __init__(self, shape: TaggerShape, labels: Labels, width: int, config: LearnedPolicyConfig) -> None:
        super().__init__()
        self.shape = shape
        self.table = Bag(width, shape.token_size, spread=0.1, dropout=config.drop_rate)
        self.network = TaggerNetwork(shape, config.drop_rate_dialogue)
        self.crf = CRF(*(torch.from_numpy(part) for part in labels.scheme.allowed()))
        self.drop_rate = config.drop_rate

    def loss(self, batch: _Batch) -> tuple[Tensor, dict[str, tuple[float, int]]]:
        inputs = dict(batch.inputs)
        tokens = len(batch.tags["tags"])
        no_features = self.crf.start.new_zeros(tokens, self.shape.token_size)
        inputs["tokens"] = self.table(batch.sparse) if batch.sparse is not None else no_features
        if "token_dense" in inputs:
            inputs["token_dense"] = functional.dropout(inputs["token_dense"], self.drop_rate, self.training)
        loss, likelihood = entity_loss(self.crf, self.network(inputs), batch.tags, inputs)
        return loss, {"tag likelihood": likelihood}


def _fit(model: _Model, texts: _Texts, config: LearnedPolicyConfig, name: str) -> None:
    filled = np.flatnonzero(np.diff(texts.offsets))
    size, _ = batch_sizes(None, len(filled))
    rng = np.random.default_rng(config.random_seed or 0)

    def batches(_: int) -> BatchesOnDemand[_Batch]:
        order = rng.permutation(filled)
        return BatchesOnDemand(np.array_split(order, -(-len(order) // size)), texts.batch)

    factor = config.learning_rate / 0.001
    optimizers = [
        RowAdagrad([model.table.table], lr=0.02 * factor),
        AdamW(
            [*model.network.parameters(), *model.crf.parameters()],
            lr=2e-3 * factor,
            weight_decay=10 * config.regularization_constant,
        ),
    ]
    title = f"{name}, entities"
    with torch_threads(1), reporting(title, config.most_epochs) as reporter:
        history = fit(Task(model, optimizers, batches, model.loss), Plan(epochs=config.most_epochs), reporter)
    figures = {"loss": history.losses[-1], **history.figures[-1]}
    logger.info("%s: trained for %d epochs, %s", title, len(history.losses), describe(figures))


def _array(tensor: Tensor) -> npt.NDArray[np.float32]:
    array: npt.NDArray[np.float32] = tensor.detach().float().cpu().numpy()
    return array

"""Trains a model on the examples and exports it."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import torch

from framework.api import EarlierTraining, MessageBatch, SparseRows, TrainingData
from framework.ml.batches import Batches
from framework.ml.features import PartReader
from framework.ml.labels import Labels
from framework.ml.progress import describe, reporting
from framework.ml.sampling import batch_sizes, hold_out
from framework.ml.threads import fastest_thread_count, torch_threads
from framework.ml.token_pairs import ORIGIN, TokenPairs
from framework.ml.training import Plan, Task, fit
from framework.ml.weights import Arrays
from framework_diet.calibration import calibration
from framework_diet.config import DIETConfig
from framework_diet.earlier import EarlierModel
from framework_diet.examples import Batch, Examples, Ints, collect
from framework_diet.model import DietModel, Widths
from framework_diet.network import Shape
from framework_diet.onnx_network import diet_graph

logger = logging.getLogger(__name__)

DEFAULT_SIZE = 128
MOST_NUMBERS = 50_000_000
"""In one table, 200 MB: with very many intents or features, the rarest features are left out."""
FEW_EXAMPLES = 10
"""Examples an intent up to which the linear expert of dense features counts in full."""
TAGGERS_BESIDE_DENSE = 2
"""Where tokens have the vectors of a language model, which cost so much more than a tagger of them."""
TOLERANCE = 0.005
"""The least progress of an epoch, as a share of all so far, that is worth more: some experts learn late."""
_LONG_TRAINING = 400
"""Steps an epoch times epochs from which on it pays to time threads."""


@dataclass(frozen=True, slots=True)
class Trained:
    """All that serving needs, and the torch weights for those who serve with torch."""

    labels: Labels
    pairs: TokenPairs | None
    readers: tuple[PartReader, PartReader]
    shape: Shape
    tables: Arrays
    graph: bytes
    state: Arrays


def train(
    data: TrainingData, labels: Labels, config: DIETConfig, name: str, earlier: EarlierTraining | None = None
) -> Trained:
    """Learns the labels from the features of the data's batch, beginning with the weights of an earlier training."""
    before = EarlierModel.read(earlier.folder) if earlier is not None else None
    pairs = _pairs(data.batch, config, before.pairs if before is not None else ())
    if pairs is not None:
        data = replace(data, batch=pairs.beside(data.batch))
    origins = (*config.featurizers, ORIGIN) if config.featurizers else ()
    blocks = data.batch.features(origins)
    sizes = (_token_size(config), _size(config) + len(labels.intents))
    parts = (PartReader.fit("sequence", blocks), PartReader.fit("sentence", blocks))
    readers = (parts[0].limited(MOST_NUMBERS // sizes[0]), parts[1].limited(MOST_NUMBERS // sizes[1]))
    examples = collect(data, labels, readers)
    shape = _shape(labels, readers, config, examples)
    seed = config.random_seed or 0
    epochs = config.epochs if earlier is None or before is None else earlier.epochs(config.epochs)
    widths = Widths(readers[0].sparse_width, readers[1].sparse_width)

    def learn(title: str, chosen: Ints) -> DietModel:
        torch.manual_seed(seed)
        model = DietModel(shape, widths, labels.scheme, config)
        model.to("cuda" if torch.cuda.is_available() else "cpu")
        hand_over = partial(before.hand_over, model, labels, readers) if before is not None else None
        _fit(model, examples, chosen, config, title, epochs, hand_over)
        return model

    with torch.random.fork_rng():
        model = learn(name, np.arange(len(examples)))
        if before is not None:
            model.network.sharpness.fill_(before.sharpness)
        elif config.calibrate and shape.intents:
            factor = calibration(partial(learn, f"{name}, to calibrate"), examples, name)
            model.network.sharpness.mul_(factor)
    return Trained(labels, pairs, readers, shape, _tables(model), diet_graph(model.network), _state(model))


def _pairs(batch: MessageBatch, config: DIETConfig, known: Sequence[str]) -> TokenPairs | None:
    """Pairs of tokens go with sparse features; who chose dense ones only wants no more than these."""
    if batch.tokens is None or not any(
        isinstance(block.sentence, SparseRows) for block in batch.features(config.featurizers)
    ):
        return None
    pairs = TokenPairs.fit(batch.tokens, known)
    return pairs if pairs.columns else None


def _token_size(config: DIETConfig) -> int:
    return config.dense_dimension.get("text", DEFAULT_SIZE)


def _size(config: DIETConfig) -> int:
    return config.transformer_size or DEFAULT_SIZE


def _shape(labels: Labels, readers: tuple[PartReader, PartReader], config: DIETConfig, examples: Examples) -> Shape:
    size = _size(config)
    layers = config.number_of_transformer_layers
    return Shape(
        intents=len(labels.intents),
        tags=labels.scheme.size if labels.entities else 0,
        roles=len(labels.roles) + 1 if labels.roles else 0,
        groups=len(labels.groups) + 1 if labels.groups else 0,
        token_size=_token_size(config),
        sentence_size=size,
        token_dense=readers[0].dense_width,
        sentence_dense=readers[1].dense_width,
        hidden_layers=config.hidden_layers_sizes.get("text", ()),
        size=size,
        layers=int(bool(labels.entities)) if layers is None else layers,
        heads=config.number_of_attention_heads,
        has_tokens=bool(readers[0].scales),
        dense_weight=_dense_weight(examples.intents),
        taggers=TAGGERS_BESIDE_DENSE if labels.entities and readers[0].dense_width else 1,
    )


def _dense_weight(intents: Ints) -> float:
    """The linear expert of dense features is the best one with ten examples an intent, and the worst with hundreds."""
    known = intents[intents >= 0]
    return min(1.0, math.sqrt(FEW_EXAMPLES * len(np.unique(known)) / max(1, len(known))))


def _fit(
    model: DietModel,
    examples: Examples,
    chosen: Ints,
    config: DIETConfig,
    name: str,
    epochs: int,
    hand_over: Callable[[], None] | None,
) -> None:
    rng = np.random.default_rng(config.random_seed or 0)
    held_out, learned = (
        chosen[part] for part in hold_out(examples.intents[chosen], config.evaluate_on_number_of_examples, rng)
    )
    sizes = batch_sizes(config.batch_size, len(learned))
    mentions = examples.mentions(learned, model.scheme)

    def batches(epoch: int) -> Batches[Batch]:
        size = round(sizes[0] + (sizes[1] - sizes[0]) * epoch / max(1, epochs - 1))
        balanced = config.batch_strategy == "balanced"
        return examples.epoch(learned, size, rng, balanced=balanced, mentions=mentions)

    def accuracy() -> float:
        model.eval()
        with torch.inference_mode():
            parts = np.array_split(held_out, math.ceil(len(held_out) / 64))
            counts = [model.loss(examples.batch(part))[1] for part in parts]
        shares = [sum(c[key][0] for c in counts) / max(1, sum(c[key][1] for c in counts)) for key in counts[0]]
        return float(np.mean(shares))

    every = config.evaluate_every_number_of_epochs
    plan = Plan(epochs=epochs, validate_every=epochs if every < 1 else every, tolerance=TOLERANCE)
    task = Task(
        model,
        model.optimizers(config),
        batches,
        model.loss,
        validate=accuracy if len(held_out) else None,
        keep_best=config.checkpoint_model,
        hand_over=hand_over,
    )
    with (
        torch_threads(_threads(model, examples, learned, sizes[0], config)),
        reporting(name, epochs) as reporter,
    ):
        history = fit(task, plan, reporter)
    figures = {"loss": history.losses[-1], **history.figures[-1]}
    logger.info("%s: trained for %d epochs, %s", name, len(history.losses), describe(figures))


def _threads(model: DietModel, examples: Examples, learned: Ints, size: int, config: DIETConfig) -> int:
    if config.random_seed is not None or len(learned) / size * config.epochs < _LONG_TRAINING or len(learned) < 2000:
        return 1
    batch = examples.batch(learned[:size])

    def step() -> None:
        model.zero_grad(set_to_none=True)
        model.loss(batch)[0].backward()  # type: ignore[no-untyped-call]

    with torch.random.fork_rng():
        return fastest_thread_count(step)


def _tables(model: DietModel) -> Arrays:
    tables: Arrays = {
        "tokens": _array(model.tokens.table),
        "sentence": np.concatenate([_array(model.sentence.table), _array(model.expert.table)], axis=1),
    }
    if model.crf is not None:
        names = ("crf.transitions", "crf.start", "crf.end")
        tables.update(zip(names, map(_array, model.crf.scores()), strict=True))
    return tables


def _state(model: DietModel) -> Arrays:
    return {name: _array(tensor) for name, tensor in model.network.state_dict().items()}


def _array(tensor: torch.Tensor) -> npt.NDArray[np.float32]:
    array: npt.NDArray[np.float32] = tensor.detach().float().cpu().numpy()
    return array

"""How each block of :mod:`framework.ml.blocks` is written as ONNX nodes. Values are packed tokens ``[T, D]``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt
from torch import Tensor, nn

from framework.ml import blocks
from framework.ml.onnx_graph import Graph
from framework.ml.token_encoder import TokenEncoder


@dataclass(frozen=True, slots=True)
class PlaceInputs:
    """The graph's inputs that say where tokens lie; see :class:`framework.ml.packing.Packing`."""

    types: str
    previous: str
    following: str
    padded: str
    packed: str
    mask: str
    members: str


def place_inputs(graph: Graph) -> PlaceInputs:
    """Declares the inputs of a packing."""
    return PlaceInputs(
        types=graph.input("types", ["T"], "int"),
        previous=graph.input("previous", ["T"], "int"),
        following=graph.input("following", ["T"], "int"),
        padded=graph.input("padded", ["S", "L"], "int"),
        packed=graph.input("packed", ["T"], "int"),
        mask=graph.input("mask", ["S", "L"]),
        members=graph.input("members", ["B", "T"]),
    )


def linear(graph: Graph, x: str, layer: nn.Linear) -> str:
    """``x @ W.T + b`` for matrices ``[N, D]``."""
    inputs = [x, graph.constant(_array(layer.weight))]
    if layer.bias is not None:
        inputs.append(graph.constant(_array(layer.bias)))
    return graph.add("Gemm", *inputs, transB=1)


def gelu(graph: Graph, x: str) -> str:
    """The exact GELU."""
    return graph.add("Gelu", x)


def layer_norm(graph: Graph, x: str, layer: nn.LayerNorm) -> str:
    """Normalises the last dimension."""
    scale, bias = graph.constant(_array(layer.weight)), graph.constant(_array(layer.bias))
    return graph.add("LayerNormalization", x, scale, bias, axis=-1, epsilon=layer.eps)


def feed_forward(graph: Graph, x: str, block: blocks.FeedForward) -> str:
    """:class:`~framework.ml.blocks.FeedForward`."""
    for layer in block.layers:
        x = gelu(graph, linear(graph, x, cast(nn.Linear, layer)))
    return x


def neighbours(graph: Graph, x: str, block: blocks.Neighbours, places: PlaceInputs) -> str:
    """:class:`~framework.ml.blocks.Neighbours` of tokens that are given by types: ``[U, D]`` to ``[T, D]``.

    A type is multiplied once for each of the three places at which it may stand, however often it stands there.
    """
    before, own, after = (graph.constant(part) for part in np.split(_array(block.mix.weight), 3, axis=1))
    nowhere = graph.add("Shape", x, start=0, end=1)
    type_of = graph.add("Concat", places.types, nowhere, axis=0)
    extended = _with_zero_row(graph, x, block.mix.out_features)
    mixed = graph.add("Gemm", extended, own, graph.constant(_array(block.mix.bias)), transB=1)
    mixed = graph.add("Gather", mixed, places.types)
    for weight, place in ((before, places.previous), (after, places.following)):
        neighbour = graph.add("Gather", type_of, place)
        mixed = graph.add("Add", mixed, graph.add("Gather", graph.add("Gemm", extended, weight, transB=1), neighbour))
    return graph.add("Add", graph.add("Gather", extended, places.types), gelu(graph, mixed))


def self_attention(graph: Graph, x: str, block: blocks.SelfAttention, places: PlaceInputs) -> str:
    """:class:`~framework.ml.blocks.SelfAttention`."""
    dim, heads = block.merge.in_features, block.heads
    size = dim // heads
    projected = graph.add(
        "Gather", _with_zero_row(graph, linear(graph, x, block.project), 3 * dim), places.padded
    )  # (S, L, 3D)
    parts = graph.split("Split", projected, parts=3, axis=2, num_outputs=3)
    shape = graph.constant(np.asarray([0, 0, heads, size], dtype=np.int64))
    query, key, value = (graph.add("Reshape", part, shape) for part in parts)  # (S, L, H, D/H)
    query = graph.add("Transpose", query, perm=[0, 2, 1, 3])
    key = graph.add("Transpose", key, perm=[0, 2, 3, 1])
    value = graph.add("Transpose", value, perm=[0, 2, 1, 3])
    scores = graph.add("Mul", graph.add("MatMul", query, key), graph.constant(np.float32(1 / math.sqrt(size))))
    mask = graph.add("Unsqueeze", places.mask, graph.constant(np.asarray([1, 2], dtype=np.int64)))
    weights = graph.add("Softmax", graph.add("Add", scores, mask), axis=-1)
    attended = graph.add("Transpose", graph.add("MatMul", weights, value), perm=[0, 2, 1, 3])  # (S, L, H, D/H)
    flat = graph.add("Reshape", attended, graph.constant(np.asarray([-1, dim], dtype=np.int64)))
    return linear(graph, graph.add("Gather", flat, places.packed), block.merge)


def transformer_layer(graph: Graph, x: str, block: blocks.TransformerLayer, places: PlaceInputs) -> str:
    """:class:`~framework.ml.blocks.TransformerLayer`."""
    attended = self_attention(graph, layer_norm(graph, x, block.attention_norm), block.attention, places)
    x = graph.add("Add", x, attended)
    wide = gelu(graph, linear(graph, layer_norm(graph, x, block.feed_norm), block.widen))
    return graph.add("Add", x, linear(graph, wide, block.narrow))


def attention_pool(graph: Graph, x: str, block: blocks.AttentionPool, places: PlaceInputs) -> str:
    """:class:`~framework.ml.blocks.AttentionPool`."""
    five = graph.constant(np.float32(5))
    score = graph.add("Tanh", graph.add("Div", linear(graph, x, block.score), five))
    weights = graph.add("Exp", graph.add("Mul", score, five))
    total = graph.add("MatMul", places.members, graph.add("Mul", weights, x))
    weight = graph.add("Add", graph.add("MatMul", places.members, weights), graph.constant(np.float32(1e-6)))
    return graph.add("Div", total, weight)


class TokenInputs(NamedTuple):
    """The names of what a :class:`~framework.ml.token_encoder.TokenEncoder` reads: embeddings, and dense features.

    Both have a row for each of the different tokens, of which the input ``types`` tells where they stand.
    """

    tokens: str
    dense: str | None


def token_inputs(graph: Graph, encoder: TokenEncoder) -> TokenInputs:
    """Declares the inputs ``token_types`` and, where it takes them, ``token_dense``."""
    tokens = graph.input("token_types", ["U", encoder.norm.normalized_shape[0]])
    if encoder.dense is None:
        return TokenInputs(tokens, None)
    return TokenInputs(tokens, graph.input("token_dense", ["U", encoder.dense.in_features]))


def token_encoder(graph: Graph, encoder: TokenEncoder, inputs: TokenInputs, places: PlaceInputs) -> str:
    """:class:`~framework.ml.token_encoder.TokenEncoder`."""
    x = inputs.tokens
    if encoder.dense is not None and inputs.dense is not None:
        x = graph.add("Add", x, linear(graph, inputs.dense, encoder.dense))
    x = feed_forward(graph, layer_norm(graph, x, encoder.norm), encoder.feed)
    if encoder.project is not None:
        x = linear(graph, x, encoder.project)
    x = neighbours(graph, x, encoder.neighbours, places)
    for layer in encoder.layers:
        x = transformer_layer(graph, x, cast(blocks.TransformerLayer, layer), places)
    return layer_norm(graph, x, encoder.final_norm)


def lstm(graph: Graph, x: str, layer: nn.LSTM, lengths: str) -> str:
    """The last layer's hidden vector ``[B, D]`` after each of ``[B, L, D]`` sequences of the given lengths (int32)."""
    x = graph.add("Transpose", x, perm=[1, 0, 2])  # (L, B, D)
    hidden = ""
    for number in range(layer.num_layers):
        weight, recurrence, *biases = (
            _gates_for_onnx(_array(getattr(layer, f"{name}_l{number}")))
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        constants = [graph.constant(array[None]) for array in (weight, recurrence, np.concatenate(biases))]
        every, hidden = graph.split("LSTM", x, *constants, lengths, parts=2, hidden_size=layer.hidden_size)
        x = graph.add("Squeeze", every, graph.constant(np.asarray([1], dtype=np.int64)))  # one direction
    return graph.add("Squeeze", hidden, graph.constant(np.asarray([0], dtype=np.int64)))


def _gates_for_onnx(stacked: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Torch stacks input, forget, cell and output gate; ONNX input, output, forget and cell gate."""
    gate_in, forget, cell, gate_out = np.split(stacked, 4)
    return np.concatenate([gate_in, gate_out, forget, cell])


def _with_zero_row(graph: Graph, x: str, dim: int) -> str:
    return graph.add("Concat", x, graph.constant(np.zeros((1, dim), dtype=np.float32)), axis=0)


def _array(tensor: Tensor) -> npt.NDArray[np.float32]:
    array: npt.NDArray[np.float32] = tensor.detach().float().cpu().numpy()
    return array

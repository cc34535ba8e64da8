"""The ONNX graph of a :class:`~framework_ted.network.DialogueNetwork`."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from framework.ml import onnx_blocks as write
from framework.ml.onnx_graph import Graph
from framework_ted.network import DialogueNetwork, LookBack


def dialogue_graph(network: DialogueNetwork) -> bytes:
    """Writes down the network; inputs and outputs have the names that its ``forward`` uses."""
    graph = Graph("dialogue")
    shape = network.shape
    states = _encoder(graph, network)
    places = graph.input("places", ["B", "L"], "int")
    now = graph.add("Gather", states, graph.input("latest", ["B"], "int"))
    if network.lstm is not None:
        remembered = graph.add("Gather", states, places)
        lengths = graph.input("lengths", ["B"], "int32")
        now = graph.add("Add", now, write.lstm(graph, remembered, network.lstm, lengths))
    else:
        ages, mask = graph.input("ages", ["B", "L"], "int"), graph.input("mask", ["B", "L"])
        for layer in network.layers:
            now = _look_back(graph, cast(LookBack, layer), now, (states, places), (ages, mask))
    logits = write.linear(graph, write.layer_norm(graph, now, network.final_norm), network.out)
    graph.output(logits, "labels", ["B", shape.labels])
    return graph.to_bytes()


def _encoder(graph: Graph, network: DialogueNetwork) -> str:
    shape = network.shape
    x = graph.input("states", ["U", shape.state_size])
    if network.dense is not None:
        x = graph.add("Add", x, write.linear(graph, graph.input("dense", ["U", shape.dense]), network.dense))
    x = write.feed_forward(graph, write.layer_norm(graph, x, network.norm), network.feed)
    return write.gelu(graph, write.linear(graph, x, network.project))


def _look_back(graph: Graph, layer: LookBack, now: str, memory: tuple[str, str], window: tuple[str, str]) -> str:
    """``memory`` are states and their places, ``window`` ages and mask."""
    (states, places), (ages, mask) = memory, window
    size, heads = layer.query.in_features, layer.heads
    remembered = write.linear(graph, write.layer_norm(graph, states, layer.memory_norm), layer.memory)
    aged = graph.add("Gather", graph.constant(layer.ages.weight.detach().cpu().numpy()), ages)
    remembered = graph.add("Add", graph.add("Gather", remembered, places), aged)  # (B, L, 2D)
    by_head = graph.constant(np.asarray([0, 0, heads, size // heads], dtype=np.int64))
    key, value = (
        graph.add("Reshape", part, by_head) for part in graph.split("Split", remembered, parts=2, axis=2, num_outputs=2)
    )  # (B, L, H, D/H)
    key = graph.add("Transpose", key, perm=[0, 2, 3, 1])
    value = graph.add("Transpose", value, perm=[0, 2, 1, 3])
    query = write.linear(graph, write.layer_norm(graph, now, layer.query_norm), layer.query)
    query = graph.add("Reshape", query, graph.constant(np.asarray([0, heads, 1, size // heads], dtype=np.int64)))
    scores = graph.add("Mul", graph.add("MatMul", query, key), graph.constant(np.float32(math.sqrt(heads / size))))
    visible = graph.add("Unsqueeze", mask, graph.constant(np.asarray([1, 2], dtype=np.int64)))
    weights = graph.add("Softmax", graph.add("Add", scores, visible), axis=-1)  # (B, H, 1, L)
    attended = graph.add(
        "Reshape", graph.add("MatMul", weights, value), graph.constant(np.asarray([-1, size], dtype=np.int64))
    )
    now = graph.add("Add", now, write.linear(graph, attended, layer.merge))
    wide = write.gelu(graph, write.linear(graph, write.layer_norm(graph, now, layer.feed_norm), layer.widen))
    return graph.add("Add", now, write.linear(graph, wide, layer.narrow))

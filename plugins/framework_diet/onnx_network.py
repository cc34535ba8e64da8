"""The ONNX graph of a :class:`~framework_diet.network.DietNetwork`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np
from torch import nn

from framework.ml import onnx_blocks as write
from framework.ml.onnx_graph import Graph
from framework_diet.network import SPARSE_BESIDE_DENSE, DietNetwork, Expert, IntentHead, Tagger


def diet_graph(network: DietNetwork) -> bytes:
    """Writes down the network; inputs and outputs have the names that its ``forward`` uses."""
    graph = Graph("DIET")
    encoded: str | None = None
    places = write.place_inputs(graph) if network.encoder is not None else None
    if network.encoder is not None and places is not None:
        tokens = write.token_inputs(graph, network.encoder)
        encoded = write.token_encoder(graph, network.encoder, tokens, places)
        by_tagger = [
            _heads(graph, encoded, network.heads),
            *(
                _heads(graph, write.token_encoder(graph, tagger.encoder, tokens, places), tagger.heads)
                for tagger in cast(Iterable[Tagger], network.taggers)
            ),
        ]
        for name, head in network.heads.items():
            logits = graph.add("Mean", *(outputs[name] for outputs in by_tagger))
            graph.output(logits, name, ["T", cast(nn.Linear, head).out_features])
    if network.intents is not None:
        graph.output(
            _intents(graph, network, network.intents, encoded, places), "intents", ["B", network.shape.intents]
        )
    return graph.to_bytes()


def _heads(graph: Graph, encoded: str, heads: nn.ModuleDict) -> dict[str, str]:
    return {name: write.linear(graph, encoded, cast(nn.Linear, head)) for name, head in heads.items()}


def _intents(
    graph: Graph, network: DietNetwork, head: IntentHead, encoded: str | None, places: write.PlaceInputs | None
) -> str:
    shape = network.shape
    scores = graph.input("scores", ["B", shape.intents])
    sentence = graph.input("sentence", ["B", shape.sentence_size])
    if head.dense is not None and head.linear is not None:
        dense = graph.input("sentence_dense", ["B", shape.sentence_dense])
        weighted = graph.add("Mul", scores, graph.constant(np.float32(SPARSE_BESIDE_DENSE)))
        of_dense = write.linear(graph, dense, head.linear)
        scores = graph.add("Add", weighted, graph.add("Mul", of_dense, graph.constant(np.float32(shape.dense_weight))))
        sentence = graph.add("Add", sentence, write.linear(graph, dense, head.dense))
    neural = _expert(graph, sentence, head.of_message)
    if head.pool is not None and head.of_tokens is not None and encoded is not None and places is not None:
        pooled = write.attention_pool(graph, encoded, head.pool, places)
        neural = graph.add("Mean", neural, _expert(graph, pooled, head.of_tokens))
    logits = graph.add("Add", scores, neural)
    return graph.add("Mul", logits, graph.constant(np.float32(network.sharpness.item())))


def _expert(graph: Graph, x: str, expert: Expert) -> str:
    hidden = write.feed_forward(graph, write.layer_norm(graph, x, expert.norm), expert.hidden)
    return write.linear(graph, hidden, expert.out)

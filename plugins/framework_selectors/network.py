"""The network of a selector, and how it is written as an ONNX graph.

Two experts judge a message: a linear one over its features, which with few examples is hard to beat, and a neural one
over their embedding. Each learns by a loss of its own and their logits are added: a sum that is trained as one stops
learning as soon as the linear part has explained the training data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from framework.ml import onnx_blocks as write
from framework.ml.blocks import FeedForward
from framework.ml.onnx_graph import Graph

AGREEMENT = 0.6
"""Factor of the summed logits. Two experts who saw the same words must not be as sure together as independent ones."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network; ``dense`` is 0 where there are no dense features."""

    answers: int
    embedding: int
    dense: int
    hidden_layers: tuple[int, ...]


class AnswerNetwork(nn.Module):
    """From what the tables make of a message's features to logits of the answers.

    Inputs by name: ``scores [B, answers]`` of the linear expert, ``embedding [B, embedding]``, and ``dense [B, dense]``
    if there are dense features. Output: ``answers [B, answers]``.
    """

    def __init__(self, shape: Shape, drop_rate: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.dense = nn.Linear(shape.dense, shape.embedding) if shape.dense else None
        self.linear = nn.Linear(shape.dense, shape.answers, bias=False) if shape.dense else None
        if self.linear is not None:
            nn.init.zeros_(self.linear.weight)
        self.norm = nn.LayerNorm(shape.embedding)
        self.dropout = nn.Dropout(drop_rate)
        self.hidden = FeedForward(shape.embedding, shape.hidden_layers, drop_rate)
        self.out = nn.Linear((shape.embedding, *shape.hidden_layers)[-1], shape.answers)

    def experts(self, inputs: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """The logits of the linear and of the neural expert."""
        scores, embedding = inputs["scores"], inputs["embedding"]
        if self.dense is not None and self.linear is not None:
            scores = scores + self.linear(inputs["dense"])
            embedding = embedding + self.dense(inputs["dense"])
        neural: Tensor = self.out(self.hidden(self.dropout(self.norm(embedding))))
        return scores, neural

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The experts' logits put together."""
        linear, neural = self.experts(inputs)
        return {"answers": AGREEMENT * (linear + neural)}

    def to_onnx(self) -> bytes:
        """The same as a graph."""
        graph, shape = Graph("ResponseSelector"), self.shape
        scores = graph.input("scores", ["B", shape.answers])
        embedding = graph.input("embedding", ["B", shape.embedding])
        if self.dense is not None and self.linear is not None:
            dense = graph.input("dense", ["B", shape.dense])
            scores = graph.add("Add", scores, write.linear(graph, dense, self.linear))
            embedding = graph.add("Add", embedding, write.linear(graph, dense, self.dense))
        hidden = write.feed_forward(graph, write.layer_norm(graph, embedding, self.norm), self.hidden)
        logits = graph.add("Add", scores, write.linear(graph, hidden, self.out))
        together = graph.add("Mul", logits, graph.constant(np.float32(AGREEMENT)))
        graph.output(together, "answers", ["B", shape.answers])
        return graph.to_bytes()


def restore(shape: Shape, state: Mapping[str, np.ndarray]) -> AnswerNetwork:
    """A network with the given weights, for those who serve with torch."""
    network = AnswerNetwork(shape)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
    return network

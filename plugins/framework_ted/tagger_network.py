"""The network that tags the entities in what users say, and its ONNX graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from torch import Tensor, nn

from framework.ml import onnx_blocks as write
from framework.ml.onnx_graph import Graph
from framework.ml.token_encoder import TokenEncoder


@dataclass(frozen=True, slots=True)
class TaggerShape:
    """The sizes of a tagger; 0 for what is not there."""

    tags: int
    roles: int
    groups: int
    token_size: int
    token_dense: int
    hidden_layers: tuple[int, ...]
    size: int
    layers: int
    heads: int


class TaggerNetwork(nn.Module):
    """From the summed embeddings ``tokens [T, token_size]`` to the logits ``tags``, ``roles`` and ``groups``."""

    def __init__(self, shape: TaggerShape, drop_rate: float = 0.0) -> None:
        super().__init__()
        self.encoder = TokenEncoder(shape, drop_rate, 0.0)
        sizes = {"tags": shape.tags, "roles": shape.roles, "groups": shape.groups}
        self.heads = nn.ModuleDict({name: nn.Linear(shape.size, size) for name, size in sizes.items() if size})

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """All outputs, ``[T, ·]`` each."""
        encoded = self.encoder(inputs["tokens"], inputs.get("token_dense"), inputs)
        return {name: head(encoded) for name, head in self.heads.items()}


def tagger_graph(network: TaggerNetwork) -> bytes:
    """Writes down the network; inputs and outputs have the names that its ``forward`` uses."""
    graph = Graph("tagger")
    encoder = network.encoder
    encoded = write.token_encoder(graph, encoder, write.token_inputs(graph, encoder), write.place_inputs(graph))
    for name, head in network.heads.items():
        layer = cast(nn.Linear, head)
        graph.output(write.linear(graph, encoded, layer), name, ["T", layer.out_features])
    return graph.to_bytes()

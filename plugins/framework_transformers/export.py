"""Writes a pretrained network down as an ONNX graph, and checks that the graph computes the same."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import Tensor, nn

from framework.ml.runtime import OnnxRunner
from framework_transformers.config import LAST_LAYER
from framework_transformers.encoder import HIDDEN, IDS, LAYERS, MASK

_OPSET = 17
_MOST_BYTES = 1_900_000_000  # a protobuf message ends at 2 GB
_TOLERANCE = 1e-3
_PROBES = ((1, 1), (1, 5), (3, 17))  # texts, pieces


class ExportFailed(Exception):
    """The network cannot be written as a graph, or the graph does not compute what the network does."""


class _Layers(nn.Module):
    """Numbers of pieces ``[B, L]`` and mask ``[B, L]`` in, vectors of the last layer ``[B, L, D]`` out.

    Where other layers are asked for, vectors of these follow, side by side: ``[B, L, layers * D]``.
    """

    def __init__(self, network: nn.Module, layers: tuple[int, ...]) -> None:
        super().__init__()
        self.network = network
        self.layers = layers

    @property
    def outputs(self) -> list[str]:
        """The names of what comes out."""
        return [HIDDEN] if self.layers == LAST_LAYER else [HIDDEN, LAYERS]

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        if self.layers == LAST_LAYER:
            return (self.network(input_ids=ids, attention_mask=mask)[0],)
        computed = self.network(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        return computed[0], torch.cat([computed.hidden_states[layer] for layer in self.layers], dim=2)


@dataclass(frozen=True, slots=True)
class Graph:
    """A network as ONNX, and the lengths of its vectors of messages and of tokens."""

    content: bytes
    width: int
    token_width: int


def to_onnx(network: nn.Module, limit: int, layers: tuple[int, ...]) -> Graph:
    """The graph of a network that takes texts of up to ``limit`` pieces and gives the vectors of these layers.

    Raises:
        ExportFailed: this network cannot be exported.
    """
    size = sum(weights.numel() * weights.element_size() for weights in network.parameters())
    if size > _MOST_BYTES:
        raise ExportFailed(f"it has {size / 1e9:.1f} GB of weights, and a graph can hold {_MOST_BYTES / 1e9:.1f} GB")
    wrapped = _Layers(network, layers).eval()
    try:
        graph = _trace(wrapped)
        widths = [vectors.shape[-1] for vectors in wrapped(*_example(texts=1, pieces=1))]
        deviation = max(_deviation(wrapped, graph, texts, min(pieces, limit)) for texts, pieces in _PROBES)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ExportFailed(f"it is not an encoder that can be exported ({error})") from error
    if not deviation < _TOLERANCE:
        raise ExportFailed(f"its graph computes something else (off by {deviation:.2g})")
    return Graph(graph, widths[0], widths[-1])


def _trace(wrapped: _Layers) -> bytes:
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        path = Path(folder) / "graph.onnx"
        # The newer exporter takes 10 to 60 times as long, fails for XLNet, and needs a package more.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            wrapped,
            _example(texts=2, pieces=6),
            path,
            dynamo=False,
            opset_version=_OPSET,
            input_names=[IDS, MASK],
            output_names=wrapped.outputs,
            dynamic_axes={name: {0: "texts", 1: "pieces"} for name in (IDS, MASK, *wrapped.outputs)},
        )
        return path.read_bytes()


def _deviation(wrapped: _Layers, graph: bytes, texts: int, pieces: int) -> float:
    """The greatest difference between what torch and ONNX Runtime compute."""
    ids, mask = _example(texts, pieces)
    with torch.inference_mode():
        expected = wrapped(ids, mask)
    actual = OnnxRunner(graph).run({IDS: ids.numpy(), MASK: mask.numpy()})
    seen = mask.numpy() > 0
    return max(
        float(np.abs(actual[name] - vectors.numpy())[seen].max())
        for name, vectors in zip(wrapped.outputs, expected, strict=True)
    )


def _example(texts: int, pieces: int) -> tuple[Tensor, Tensor]:
    """Texts of different lengths: a mask of ones alone would be optimised away by the models."""
    lengths = torch.tensor([max(1, pieces // (number + 1)) for number in range(texts)])
    mask = (torch.arange(pieces) < lengths[:, None]).long()
    return torch.arange(texts * pieces).reshape(texts, pieces) % 7 + 3, mask

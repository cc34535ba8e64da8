"""Writes a pretrained network down as an ONNX graph, and checks that the graph computes the same."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import Tensor, nn

from framework.ml.runtime import OnnxRunner
from framework_transformers.encoder import HIDDEN, IDS, MASK

_OPSET = 17
_MOST_BYTES = 1_900_000_000  # a protobuf message ends at 2 GB
_TOLERANCE = 1e-3
_PROBES = ((1, 1), (1, 5), (3, 17))  # texts, pieces


class ExportFailed(Exception):
    """The network cannot be written as a graph, or the graph does not compute what the network does."""


class _LastLayer(nn.Module):
    """Numbers of pieces ``[B, L]`` and mask ``[B, L]`` in, vectors of the last layer ``[B, L, D]`` out."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        vectors: Tensor = self.network(input_ids=ids, attention_mask=mask)[0]
        return vectors


def to_onnx(network: nn.Module, limit: int) -> tuple[bytes, int]:
    """The graph of a network that takes texts of up to ``limit`` pieces, and the length of its vectors.

    Raises:
        ExportFailed: this network cannot be exported.
    """
    size = sum(weights.numel() * weights.element_size() for weights in network.parameters())
    if size > _MOST_BYTES:
        raise ExportFailed(f"it has {size / 1e9:.1f} GB of weights, and a graph can hold {_MOST_BYTES / 1e9:.1f} GB")
    wrapped = _LastLayer(network).eval()
    try:
        graph = _trace(wrapped)
        width = wrapped(*_example(texts=1, pieces=1)).shape[-1]
        deviation = max(_deviation(wrapped, graph, texts, min(pieces, limit)) for texts, pieces in _PROBES)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ExportFailed(f"it is not an encoder that can be exported ({error})") from error
    if not deviation < _TOLERANCE:
        raise ExportFailed(f"its graph computes something else (off by {deviation:.2g})")
    return graph, width


def _trace(wrapped: nn.Module) -> bytes:
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
            output_names=[HIDDEN],
            dynamic_axes={name: {0: "texts", 1: "pieces"} for name in (IDS, MASK, HIDDEN)},
        )
        return path.read_bytes()


def _deviation(wrapped: nn.Module, graph: bytes, texts: int, pieces: int) -> float:
    """The greatest difference between what torch and ONNX Runtime compute."""
    ids, mask = _example(texts, pieces)
    with torch.inference_mode():
        expected = wrapped(ids, mask).numpy()
    actual = OnnxRunner(graph).run({IDS: ids.numpy(), MASK: mask.numpy()})[HIDDEN]
    return float(np.abs(actual - expected)[mask.numpy() > 0].max())


def _example(texts: int, pieces: int) -> tuple[Tensor, Tensor]:
    """Texts of different lengths: a mask of ones alone would be optimised away by the models."""
    lengths = torch.tensor([max(1, pieces // (number + 1)) for number in range(texts)])
    mask = (torch.arange(pieces) < lengths[:, None]).long()
    return torch.arange(texts * pieces).reshape(texts, pieces) % 7 + 3, mask

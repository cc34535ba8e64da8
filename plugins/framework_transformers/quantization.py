"""Makes a graph small: weights of eight bits, and activations rounded to eight bits where they are multiplied.

Activations are rounded block by block of each row (ONNX Runtime's ``MatMulNBits``), so that what a text gives does not
depend on the texts that are computed beside it. Rounding the whole batch by one scale, as ``DynamicQuantizeLinear``
does, makes it depend, and is several times less exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

_BITS = 8
_ZERO = 128
_BLOCK = 64
_ROUND_ACTIVATIONS = 4  # the accuracy level at which MatMulNBits computes with integers of eight bits
_LEAST_ROWS = 1000  # smaller tables of embeddings are not worth it

Weights = npt.NDArray[np.float32]


def quantize(graph: bytes) -> bytes:
    """The same graph with multiplications and embeddings of eight bits."""
    model = onnx.load_from_string(graph)
    quantizer = _Quantizer(model.graph)
    quantizer.run()
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    quantized: bytes = model.SerializeToString()
    return quantized


class _Quantizer:
    """Replaces the nodes of one graph and the weights that they use."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._weights = {item.name: item for item in graph.initializer}

    def run(self) -> None:
        nodes = [new for node in self._graph.node for new in self._replace(node)]
        del self._graph.node[:]
        self._graph.node.extend(nodes)
        used = {name for node in nodes for name in node.input}
        kept = [item for item in self._weights.values() if item.name in used]
        del self._graph.initializer[:]
        self._graph.initializer.extend(kept)

    def _replace(self, node: Any) -> Iterator[Any]:
        if node.op_type == "MatMul" and (weights := self._matrix(node.input[1])) is not None:
            yield self._multiplication(node, weights)
        elif node.op_type == "Gather" and (table := self._matrix(node.input[0])) is not None:
            yield from self._lookup(node, table) if len(table) >= _LEAST_ROWS else [node]
        else:
            yield node

    def _matrix(self, name: str) -> Weights | None:
        item = self._weights.get(name)
        if item is None or len(item.dims) != 2 or item.data_type != onnx.TensorProto.FLOAT:
            return None
        matrix: Weights = numpy_helper.to_array(item)
        return matrix

    def _multiplication(self, node: Any, weights: Weights) -> Any:
        """``[.., K] @ [K, N]`` with a scale for each block of weights."""
        inner, outer = weights.shape
        blocks = -(-inner // _BLOCK)
        padded = np.pad(weights.T, ((0, 0), (0, blocks * _BLOCK - inner))).reshape(outer, blocks, _BLOCK)
        scales = _scales(padded)
        name = f"{node.output[0]}.weights"
        self._add(f"{name}.values", (_rounded(padded, scales) + _ZERO).astype(np.uint8))
        self._add(f"{name}.scales", scales.reshape(outer, blocks))
        return helper.make_node(
            "MatMulNBits",
            [node.input[0], f"{name}.values", f"{name}.scales"],
            list(node.output),
            domain="com.microsoft",
            K=inner,
            N=outer,
            bits=_BITS,
            block_size=_BLOCK,
            accuracy_level=_ROUND_ACTIVATIONS,
        )

    def _lookup(self, node: Any, table: Weights) -> Iterator[Any]:
        """Rows of a table with a scale for each row."""
        name, where = node.input[0], node.input[1]
        scales = _scales(table)
        self._add(f"{name}.values", _rounded(table, scales).astype(np.int8))
        self._add(f"{name}.scales", scales)
        rows, floats, row_scales = (f"{node.output[0]}.{part}" for part in ("rows", "floats", "scales"))
        yield helper.make_node("Gather", [f"{name}.values", where], [rows], axis=0)
        yield helper.make_node("Gather", [f"{name}.scales", where], [row_scales], axis=0)
        yield helper.make_node("Cast", [rows], [floats], to=onnx.TensorProto.FLOAT)
        yield helper.make_node("Mul", [floats, row_scales], list(node.output))

    def _add(self, name: str, array: npt.NDArray[Any]) -> None:
        self._weights[name] = numpy_helper.from_array(array, name)


def _scales(weights: Weights) -> Weights:
    """What an integer of each row stands for, ``[.., 1]``."""
    scales: Weights = np.abs(weights).max(axis=-1, keepdims=True) / np.float32(_ZERO - 1)
    return np.maximum(scales, np.finfo(np.float32).tiny)


def _rounded(weights: Weights, scales: Weights) -> Weights:
    rounded: Weights = np.rint(weights / scales)
    return rounded

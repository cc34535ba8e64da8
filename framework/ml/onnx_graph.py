"""Writes an ONNX graph node by node from the weights at hand, in milliseconds.

The general exporters trace a model, which takes seconds and bakes in sizes; our networks have few kinds of blocks, so
that writing them down is simpler than tracing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, checker, helper, numpy_helper

OPSET = 20
_IR_VERSION = 9
_TYPES = {"float": TensorProto.FLOAT, "int": TensorProto.INT64, "int32": TensorProto.INT32}


class Graph:
    """A graph under construction. Values are known by their names."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}
        self._inputs: list[ValueInfoProto] = []
        self._outputs: list[ValueInfoProto] = []

    def input(self, name: str, shape: Sequence[str | int], kind: str = "float") -> str:
        """Declares an input of ``float``, ``int`` or ``int32``; a dimension given by name is variable."""
        self._inputs.append(helper.make_tensor_value_info(name, _TYPES[kind], shape))
        return name

    def output(self, value: str, name: str, shape: Sequence[str | int]) -> None:
        """Declares that a value is the output of that name."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def constant(self, array: npt.ArrayLike) -> str:
        """A weight or a fixed number (floats become float32)."""
        value = np.asarray(array)
        if value.dtype.kind == "f":
            value = value.astype(np.float32)
        name = f"constant_{len(self._constants)}"
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Appends a node with one output, and returns the name of that."""
        (output,) = self.split(operator, *inputs, parts=1, **attributes)
        return output

    def split(self, operator: str, *inputs: str, parts: int, **attributes: Any) -> list[str]:
        """Appends a node with several outputs."""
        outputs = [f"{operator.lower()}_{len(self._nodes)}_{part}" for part in range(parts)]
        self._nodes.append(helper.make_node(operator, list(inputs), outputs, **attributes))
        return outputs

    def to_bytes(self) -> bytes:
        """The finished and checked model."""
        graph = helper.make_graph(
            self._nodes, self.name, self._inputs, self._outputs, initializer=list(self._constants.values())
        )
        model: ModelProto = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION, producer_name="framework"
        )
        checker.check_model(model)
        return bytes(model.SerializeToString())

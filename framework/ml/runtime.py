"""Runs an exported network: by ONNX Runtime without torch, or by torch where a GPU makes that worth while."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch

Runtime = Literal["auto", "onnx", "torch"]
"""Which of the two serves: ``auto`` is torch where there is a GPU, else ONNX Runtime."""

Inputs = Mapping[str, npt.NDArray[np.generic]]
Outputs = dict[str, npt.NDArray[np.float32]]


class Runner(Protocol):
    """A network that is ready to answer."""

    inputs: frozenset[str]
    """The names that a graph declares; none for a torch module, which takes what it is trained with."""

    def run(self, inputs: Inputs) -> Outputs:
        """Computes the outputs by name. Inputs that the network does not know are left out."""


class OnnxRunner:
    """Serves an ONNX graph, with memory that grows no more than needed.

    On one thread, unless told otherwise, because a turn is short and many turns run side by side.
    """

    def __init__(self, graph: bytes | Path, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        source = graph if isinstance(graph, bytes) else str(graph)
        self._session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        self.inputs = frozenset(node.name for node in self._session.get_inputs())
        self._outputs = [node.name for node in self._session.get_outputs()]

    def run(self, inputs: Inputs) -> Outputs:
        """See :class:`Runner`."""
        results = self._session.run(self._outputs, {name: inputs[name] for name in self.inputs})
        return dict(zip(self._outputs, results, strict=True))


class TorchRunner:
    """Serves a torch module that takes and gives tensors by name."""

    def __init__(self, module: torch.nn.Module) -> None:
        import torch

        self.inputs: frozenset[str] = frozenset()
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._module = module.eval().to(self._device)

    def run(self, inputs: Inputs) -> Outputs:
        """See :class:`Runner`."""
        import torch

        with torch.inference_mode():
            tensors = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in inputs.items()}
            results = self._module({name: tensor.to(self._device) for name, tensor in tensors.items()})
        return {name: tensor.float().cpu().numpy() for name, tensor in results.items()}


def open_runner(runtime: Runtime, graph: bytes | Path, module: Callable[[], torch.nn.Module]) -> Runner:
    """Makes the runner that ``runtime`` asks for. ``module`` is called only if torch is to serve."""
    if runtime == "torch" or (runtime == "auto" and _has_gpu()):
        return TorchRunner(module())
    return OnnxRunner(graph)


def _has_gpu() -> bool:
    # The device file, because asking torch costs seconds and 200 MB on every machine that has none.
    if not Path("/dev/nvidia0").exists():
        return False
    try:
        import torch
    except ImportError:
        return False
    return torch.cuda.is_available()

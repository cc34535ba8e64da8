"""Arrays on disk as safetensors: what a model learned, in a file that cannot execute code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[Any]]


def save_arrays(arrays: Mapping[str, npt.NDArray[Any]], path: Path) -> None:
    """Writes named arrays."""
    from safetensors.numpy import save_file

    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)


def load_arrays(path: Path) -> Arrays:
    """Reads what :func:`save_arrays` wrote."""
    from safetensors.numpy import load_file

    arrays: Arrays = load_file(path)
    return arrays

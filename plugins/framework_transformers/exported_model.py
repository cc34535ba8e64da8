"""Exports of pretrained models, each made once and then kept in the cache of trainings."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from framework.api import ComponentCache, EnvironmentProblem, Problem
from framework_transformers.checkpoint import Checkpoint, LoadedModel, unusable
from framework_transformers.config import Quantization
from framework_transformers.encoder import GRAPH_FILE, TOKENIZER_FILE, Description

logger = logging.getLogger(__name__)

_VERSION = 2
"""Raise it when the same model would be exported differently."""


@dataclass(frozen=True, slots=True)
class Make:
    """In what way a model is exported; ``layers`` are those whose vectors tokens get."""

    quantization: Quantization
    layers: tuple[int, ...]

    def key(self, identity: str) -> str:
        """The name in the cache of the export of a model."""
        parts = f"{identity}|{self.quantization}|{self.layers}|{_VERSION}"
        return f"language-model-{hashlib.sha256(parts.encode()).hexdigest()[:24]}"


def exported_model(checkpoint: Checkpoint, make: Make, cache: ComponentCache) -> Path:
    """The folder in the cache that has the export of a model; made now if it is not there yet.

    Raises:
        EnvironmentProblem: the model is not to be had, cannot be exported, or has not so many layers.
    """
    identity = checkpoint.identity()
    if identity is not None and (known := cache.find(make.key(identity))) is not None:
        return known
    loaded = checkpoint.load()
    _check_layers(checkpoint.name, loaded, make.layers)
    key = make.key(checkpoint.identity() or checkpoint.name)
    return cache.add(key, lambda folder: _export(checkpoint.name, loaded, make, key, folder))


def copy_export(folder: Path, target: Path) -> None:
    """Copies an export; within one file system as links, so that it takes its space only once."""
    for file in folder.iterdir():
        try:
            os.link(file, target / file.name)
        except OSError:
            shutil.copyfile(file, target / file.name)


def _check_layers(name: str, loaded: LoadedModel, layers: tuple[int, ...]) -> None:
    last = loaded.layers
    missing = [str(layer) for layer in layers if not -last - 1 <= layer <= last]
    if missing:
        raise EnvironmentProblem(
            Problem(
                code="language-model-unusable",
                what=f"the language model {name!r} has {last} layers, and 'token_layers' names {', '.join(missing)}",
                fix=f"name layers from 0 to {last}, or -1 for the last, -2 for the one before, and so on",
            )
        )


def _export(name: str, loaded: LoadedModel, make: Make, key: str, folder: Path) -> None:
    from framework_transformers.export import ExportFailed, to_onnx

    logger.info("Exporting the language model %s", name)
    try:
        graph = to_onnx(loaded.network, loaded.limit, make.layers)
    except ExportFailed as error:
        raise unusable(name, str(error)) from error
    content = graph.content
    if make.quantization == "int8":
        from framework_transformers.quantization import quantize

        content = quantize(content)
    (folder / GRAPH_FILE).write_bytes(content)
    (folder / TOKENIZER_FILE).write_text(loaded.tokenizer, encoding="utf-8")
    Description(key, loaded.limit, loaded.cls, graph.width, graph.token_width).write(folder)

"""Exports of pretrained models, each made once and then kept in the cache of trainings."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from pathlib import Path

from framework.api import ComponentCache
from framework_transformers.checkpoint import Checkpoint, LoadedModel, unusable
from framework_transformers.config import Quantization
from framework_transformers.encoder import GRAPH_FILE, TOKENIZER_FILE, Description

logger = logging.getLogger(__name__)

_VERSION = 1
"""Raise it when the same model would be exported differently."""


def exported_model(checkpoint: Checkpoint, quantization: Quantization, cache: ComponentCache) -> Path:
    """The folder in the cache that has the export of a model; made now if it is not there yet.

    Raises:
        EnvironmentProblem: the model is not to be had, or cannot be exported.
    """
    identity = checkpoint.identity()
    if identity is not None and (known := cache.find(_key(identity, quantization))) is not None:
        return known
    loaded = checkpoint.load()
    key = _key(checkpoint.identity() or checkpoint.name, quantization)
    return cache.add(key, lambda folder: _export(checkpoint.name, loaded, quantization, key, folder))


def copy_export(folder: Path, target: Path) -> None:
    """Copies an export; within one file system as links, so that it takes its space only once."""
    for file in folder.iterdir():
        try:
            os.link(file, target / file.name)
        except OSError:
            shutil.copyfile(file, target / file.name)


def _key(identity: str, quantization: Quantization) -> str:
    parts = f"{identity}|{quantization}|{_VERSION}"
    return f"language-model-{hashlib.sha256(parts.encode()).hexdigest()[:24]}"


def _export(name: str, loaded: LoadedModel, quantization: Quantization, key: str, folder: Path) -> None:
    from framework_transformers.export import ExportFailed, to_onnx

    logger.info("Exporting the language model %s", name)
    try:
        graph, width = to_onnx(loaded.network, loaded.limit)
    except ExportFailed as error:
        raise unusable(name, str(error)) from error
    if quantization == "int8":
        from framework_transformers.quantization import quantize

        graph = quantize(graph)
    (folder / GRAPH_FILE).write_bytes(graph)
    (folder / TOKENIZER_FILE).write_text(loaded.tokenizer, encoding="utf-8")
    Description(key, loaded.limit, loaded.cls, width).write(folder)

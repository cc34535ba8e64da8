"""``LanguageModelFeaturizer``: the vectors of a pretrained language model, which training leaves as it is."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import ClassVar, Self

from typing_extensions import override

from framework.api import (
    ComponentCache,
    EnvironmentProblem,
    FeatureBlock,
    Featurizer,
    LoadContext,
    MessageBatch,
    Problem,
    TrainingData,
)
from framework_transformers.checkpoint import Checkpoint
from framework_transformers.config import LanguageModelConfig
from framework_transformers.encoder import Description, Encoder
from framework_transformers.exported_model import Make, copy_export, exported_model
from framework_transformers.remembering_encoder import RememberingEncoder
from framework_transformers.spans import Spans
from framework_transformers.temporary_cache import TemporaryCache
from framework_transformers.vector_store import VectorStore


class LanguageModelFeaturizer(Featurizer[LanguageModelConfig]):
    """Gives each token the mean of its pieces' vectors, and each message one vector of them all.

    Training exports the model to ONNX, once for all trainings; serving needs neither torch nor transformers.
    """

    Config = LanguageModelConfig
    is_trainable: ClassVar[bool] = True
    is_finetunable: ClassVar[bool] = True
    reads: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, config: LanguageModelConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._cache: ComponentCache | None = context.cache
        self._exported: Path | None = None
        self._encoder: Encoder | RememberingEncoder | None = None

    @classmethod
    @override
    def files(cls, config: LanguageModelConfig, bot_folder: Path) -> list[Path]:
        return Checkpoint.find(config.weights, bot_folder, config.cache_dir).files()

    @override
    def train(self, data: TrainingData) -> None:
        """Exports the model. There is nothing to learn of the data."""
        config = self.config
        self._cache = self._cache or TemporaryCache()  # lives as long as the component, which saves from it
        checkpoint = Checkpoint.find(config.weights, self.context.bot_folder, config.cache_dir)
        self._exported = exported_model(checkpoint, Make(config.quantize, config.token_layers), self._cache)
        self._encoder = self._open(self._exported)

    @override
    def process(self, batch: MessageBatch) -> None:
        if self._encoder is None or batch.tokens is None:
            return
        vectors = self._encoder.encode(batch.texts, Spans.of(batch.tokens))
        batch.blocks.append(FeatureBlock(self.origin, vectors.sequence, vectors.sentence))

    @override
    def save(self, directory: Path) -> None:
        if self._exported is not None:
            copy_export(self._exported, directory)

    @classmethod
    @override
    def load(cls, config: LanguageModelConfig, directory: Path, context: LoadContext) -> Self:
        featurizer = cls(config, context)
        featurizer._encoder = featurizer._open(directory)
        return featurizer

    def _open(self, folder: Path) -> Encoder | RememberingEncoder:
        description = Description.read(folder)
        if self.config.pooling == "cls" and description.cls is None:
            raise EnvironmentProblem(
                Problem(
                    code="language-model-unusable",
                    what=f"{self.name}: the language model {self.config.weights!r} has no piece 'cls' to pool by",
                    fix="leave out 'pooling', or set it to 'mean'",
                )
            )
        config, cache = self.config, self.context.cache
        threads = 1 if cache is None else _training_threads()
        encoder = Encoder.open(
            folder, config.pooling, max_length=config.max_length, batch_size=config.batch_size, threads=threads
        )
        if cache is None:
            return encoder
        return RememberingEncoder(encoder, self._store(cache, description), f"Reading texts for {self.name}")

    def _store(self, cache: ComponentCache, description: Description) -> VectorStore:
        made_by = f"{description.identity}|{self.config.pooling}|{self.config.max_length}"
        key = f"vectors-{hashlib.sha256(made_by.encode()).hexdigest()[:24]}"
        return VectorStore(cache.find(key) or cache.add(key, VectorStore.create))


def _training_threads() -> int:
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return int(asked) if asked.isdecimal() else os.cpu_count() or 1

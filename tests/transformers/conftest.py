from __future__ import annotations

from pathlib import Path

import pytest

from framework.training.cache import TrainingCache
from tests.transformers.tiny import tiny_bert

pytest.importorskip("transformers")


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny BERT."""
    return tiny_bert(tmp_path_factory.mktemp("models") / "bert")


@pytest.fixture
def cache(tmp_path: Path) -> TrainingCache:
    return TrainingCache(tmp_path / "cache", limit=10**9)

from __future__ import annotations

import os
from pathlib import Path

import pytest

from framework.errors import UsageError
from framework.training.cache import TrainingCache


def save_of(size: int):  # type: ignore[no-untyped-def]
    return lambda folder: (folder / "weights.json").write_bytes(bytes(size)) and None


def cache_with(tmp_path: Path, limit: int, *names: str) -> TrainingCache:
    cache = TrainingCache(tmp_path / "cache", limit)
    for age, name in enumerate(reversed(names)):
        folder = cache.add(name, save_of(100))
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    return cache


def kept(cache: TrainingCache) -> set[str]:
    return {folder.name for folder in cache.folder.iterdir()}


def test_what_was_added_is_found(tmp_path: Path) -> None:
    cache = cache_with(tmp_path, 1000, "a")
    found = cache.find("a")
    assert found is not None
    assert (found / "weights.json").stat().st_size == 100
    assert cache.find("b") is None


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = cache_with(tmp_path, 250, "oldest", "older", "newest")
    cache.find("oldest")
    cache.shrink(keep=set())
    assert kept(cache) == {"oldest", "newest"}


def test_what_the_present_model_needs_stays(tmp_path: Path) -> None:
    cache = cache_with(tmp_path, 0, "needed", "other")
    cache.shrink(keep={"needed"})
    assert kept(cache) == {"needed"}


def test_an_interrupted_save_leaves_nothing(tmp_path: Path) -> None:
    def interrupted(folder: Path) -> None:
        (folder / "half.json").write_text("[")
        raise KeyboardInterrupt

    cache = cache_with(tmp_path, 1000)
    with pytest.raises(KeyboardInterrupt):
        cache.add("a", interrupted)
    assert kept(cache) == set()


def test_adding_again_replaces(tmp_path: Path) -> None:
    cache = cache_with(tmp_path, 1000, "a")
    cache.add("a", save_of(7))
    assert (cache.folder / "a" / "weights.json").stat().st_size == 7


def test_the_limit_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEWORK_CACHE_MB", "2")
    assert TrainingCache.of_bot(tmp_path).limit == 2 * 1024 * 1024


def test_a_limit_that_is_no_number_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEWORK_CACHE_MB", "lots")
    with pytest.raises(UsageError) as caught:
        TrainingCache.of_bot(tmp_path)
    assert str(caught.value) == "FRAMEWORK_CACHE_MB is 'lots' (give it a whole number of megabytes)"

from __future__ import annotations

import pytest

from framework.ml.threads import THREADS_VARIABLE, fastest_thread_count, most_threads


def test_no_more_threads_are_used_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(THREADS_VARIABLE, raising=False)
    cores = most_threads()
    for allowed, most in (("1", 1), ("10000", cores), ("0", cores), ("many", cores)):
        monkeypatch.setenv(THREADS_VARIABLE, allowed)
        assert most_threads() == most


def test_one_thread_is_not_compared_with_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS_VARIABLE, "1")
    steps = []
    assert fastest_thread_count(lambda: steps.append(1), repeats=2) == 1
    assert len(steps) == 3

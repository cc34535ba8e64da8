from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from framework.errors import EnvironmentProblem
from framework.model.names import find_latest_model, fixed_model_name, latest_model, new_model_name


def test_a_new_name_has_the_time_and_two_words() -> None:
    assert re.fullmatch(r"\d{8}-\d{6}-[a-z]+-[a-z]+\.tar\.gz", new_model_name("both"))


@pytest.mark.parametrize("training_type", ["nlu", "core"])
def test_half_a_model_says_so_in_its_name(training_type: str) -> None:
    assert new_model_name(training_type).startswith(f"{training_type}-")  # type: ignore[arg-type]


def test_a_fixed_name_gets_the_suffix_once() -> None:
    assert fixed_model_name("shop") == fixed_model_name("shop.tar.gz") == "shop.tar.gz"


def make(folder: Path, name: str, age: float) -> Path:
    path = folder / name
    path.write_bytes(b"")
    os.utime(path, (1_000_000 - age, 1_000_000 - age))
    return path


def test_the_latest_model_is_the_one_written_last(tmp_path: Path) -> None:
    make(tmp_path, "zzz.tar.gz", age=10)
    newest = make(tmp_path, "aaa.tar.gz", age=1)
    make(tmp_path, "notes.txt", age=0)
    make(tmp_path, ".unfinished.tar.gz", age=0)
    assert latest_model(tmp_path) == newest
    assert find_latest_model(tmp_path, "zzz") == tmp_path / "zzz.tar.gz"


def test_a_file_is_its_own_latest_model(tmp_path: Path) -> None:
    path = make(tmp_path, "one.tar.gz", age=0)
    assert latest_model(path) == path


def test_a_folder_without_models_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        latest_model(tmp_path / "models")
    assert str(caught.value) == f"there is no model in {tmp_path / 'models'} (train one: framework train)"

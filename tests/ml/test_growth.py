from __future__ import annotations

import numpy as np
import torch

from framework.ml.features import DenseScale, PartReader, SparseScale
from framework.ml.growth import GONE, SHARE_OF_OLD, column_names, new_places, transplant, transplant_module


def test_names_are_found_at_their_new_places() -> None:
    assert new_places(["a", "b", "c"], ["c", "x", "a"]).tolist() == [2, GONE, 0]


def test_rows_and_columns_move_and_the_rest_stays_fresh() -> None:
    old = np.array([[1, 2], [3, 4], [5, 6]])
    fresh = np.zeros((3, 3), int)

    transplant(fresh, old, {0: np.array([2, GONE, 0]), 1: np.array([1, 2])})

    assert fresh.tolist() == [[0, 5, 6], [0, 0, 0], [0, 1, 2]]


def test_what_does_not_fit_stays_fresh() -> None:
    fresh = np.zeros((2, 2))
    transplant(fresh, np.ones((2, 3)))
    transplant(fresh, np.ones(2))
    assert not fresh.any()


def test_parameters_of_a_module_move_by_name() -> None:
    old, fresh = torch.nn.Linear(2, 2), torch.nn.Linear(2, 3)
    state = {name: tensor.numpy().copy() for name, tensor in old.state_dict().items()}
    begun = {name: tensor.clone() for name, tensor in fresh.state_dict().items()}
    rows = {0: np.array([2, 0])}

    transplant_module(fresh, state, {"weight": rows, "bias": rows})

    for name, tensor in fresh.state_dict().items():
        between = torch.lerp(begun[name][[2, 0]], old.state_dict()[name], SHARE_OF_OLD)
        torch.testing.assert_close(tensor[[2, 0]], between)
        torch.testing.assert_close(tensor[1], begun[name][1])


def test_columns_are_named_by_block_and_place() -> None:
    words = SparseScale(np.ones(2, np.float32), 1.0)
    vectors = DenseScale(np.zeros(3, np.float32), np.ones(3, np.float32))
    reader = PartReader("sentence", {"words": words, "vectors": vectors, "grams": words})

    assert column_names(reader) == [("words", 0), ("words", 1), ("grams", 0), ("grams", 1)]
    assert column_names(PartReader("sentence", reader.scales, np.array([1, 2]))) == [("words", 1), ("grams", 0)]

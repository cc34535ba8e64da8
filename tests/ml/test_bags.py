import numpy as np
import torch

from framework.ml.bags import Bag
from framework.ml.row_adagrad import RowAdagrad
from framework.nlu.features import SparseRows

ROWS = SparseRows(np.array([0, 2, 2, 5]), np.array([1, 3, 0, 1, 1]), np.array([1, 2, 3, 4, 5], np.float32), 6)


def test_a_bag_equals_the_dense_product_forward_and_backward():
    torch.manual_seed(0)
    bag = Bag(6, 4, spread=1.0)
    table = bag.table.detach().clone().requires_grad_()
    dense = torch.from_numpy(ROWS.to_dense()) @ table
    product = bag(ROWS)
    torch.testing.assert_close(product, dense)

    weights = torch.randn(3, 4)
    (product * weights).sum().backward()
    (dense * weights).sum().backward()
    assert bag.table.grad is not None
    torch.testing.assert_close(bag.table.grad.to_dense(), table.grad)


def test_the_gradient_names_only_the_rows_in_use():
    bag = Bag(6, 4, spread=1.0)
    bag(ROWS).sum().backward()
    assert bag.table.grad is not None
    assert bag.table.grad.coalesce().indices().tolist() == [[0, 1, 3]]


def test_rows_without_any_entry_give_zeros():
    empty = SparseRows(np.array([0, 0, 0]), np.empty(0, np.int64), np.empty(0, np.float32), 6)
    assert not Bag(6, 4, spread=1.0)(empty).any()


def test_row_adagrad_learns_and_leaves_unused_rows_alone():
    torch.manual_seed(0)
    bag = Bag(6, 2, spread=1.0)
    before, wanted = bag.table.detach().clone(), torch.randn(3, 2)
    wanted[1] = 0
    optimizer = RowAdagrad([bag.table], lr=0.3)
    for _ in range(200):
        optimizer.zero_grad()
        loss = (bag(ROWS) - wanted).square().sum()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 1e-3
    torch.testing.assert_close(bag.table.detach()[[2, 4, 5]], before[[2, 4, 5]])

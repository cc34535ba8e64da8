import torch

from framework.ml.losses import disagreement


def test_classifiers_that_agree_do_not_disagree():
    logits = torch.tensor([[1.0, 2.0, 3.0]])
    assert disagreement(logits, logits + 5).item() == 0


def test_disagreement_is_the_mean_of_both_divergences_and_over_the_examples():
    one, other = torch.tensor([[0.9, 0.1], [0.5, 0.5]]), torch.tensor([[0.5, 0.5], [0.5, 0.5]])
    forth, back = (one * (one / other).log()).sum(), (other * (other / one).log()).sum()
    torch.testing.assert_close(disagreement(one.log(), other.log()), (forth + back) / 2 / 2)

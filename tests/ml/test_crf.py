import itertools

import numpy as np
import pytest
import torch

from framework.ml.crf import CRF
from framework.ml.packing import pack
from framework.ml.viterbi import viterbi

OFFSETS = np.array([0, 3, 3, 4, 8])


@pytest.fixture
def crf() -> CRF:
    torch.manual_seed(0)
    allowed = torch.ones(3, 3)
    allowed[0, 2] = 0
    crf = CRF(allowed, torch.tensor([1.0, 1.0, 0.0]), torch.tensor([1.0, 0.0, 1.0]))
    with torch.no_grad():
        for parameter in crf.parameters():
            parameter.normal_()
    return crf


def path_scores(crf: CRF, emissions: np.ndarray) -> dict[tuple[int, ...], float]:
    transitions, start, end = (part.detach().numpy() for part in crf.scores())
    return {
        path: start[path[0]]
        + end[path[-1]]
        + sum(emissions[place, tag] for place, tag in enumerate(path))
        + sum(transitions[a, b] for a, b in itertools.pairwise(path))
        for path in itertools.product(range(3), repeat=len(emissions))
    }


def messages(emissions: np.ndarray) -> list[np.ndarray]:
    return [emissions[a:b] for a, b in itertools.pairwise(OFFSETS) if b > a]


def test_the_loss_is_the_negative_log_likelihood_over_all_paths(crf: CRF):
    emissions = torch.randn(8, 3)
    tags = torch.tensor([0, 1, 2, 0, 1, 1, 2, 2])
    places = {name: torch.from_numpy(array) for name, array in pack(OFFSETS).inputs().items()}
    expected, done = 0.0, 0
    for message in messages(emissions.numpy()):
        scores = path_scores(crf, message)
        path = tuple(tags[done : done + len(message)].tolist())
        expected += float(np.log(sum(np.exp(score) for score in scores.values()))) - scores[path]
        done += len(message)
    loss = float(crf(emissions, tags, places).detach())
    assert loss == pytest.approx(expected / 8, rel=1e-4)


def test_viterbi_finds_the_best_of_all_paths(crf: CRF):
    emissions = np.random.default_rng(1).normal(size=(8, 3)).astype(np.float32)
    scores = [part.detach().numpy() for part in crf.scores()]
    expected = [
        tag for message in messages(emissions) for tag in max(path_scores(crf, message).items(), key=lambda x: x[1])[0]
    ]
    assert viterbi(emissions, OFFSETS, *scores).tolist() == expected


def test_viterbi_of_no_tokens_is_empty(crf: CRF):
    scores = [part.detach().numpy() for part in crf.scores()]
    assert len(viterbi(np.zeros((0, 3), np.float32), np.array([0, 0]), *scores)) == 0


def test_decoding_many_long_messages_gives_what_decoding_each_alone_gives():
    rng = np.random.default_rng(0)
    tags, offsets = 60, np.concatenate(([0], np.cumsum(rng.integers(0, 9, size=70))))
    emissions = rng.normal(size=(offsets[-1], tags)).astype(np.float32)
    scores = [rng.normal(size=shape).astype(np.float32) for shape in ((tags, tags), tags, tags)]
    together = viterbi(emissions, offsets, *scores)
    alone = [viterbi(emissions[a:b], np.array([0, b - a]), *scores) for a, b in itertools.pairwise(offsets)]
    np.testing.assert_array_equal(together, np.concatenate(alone))

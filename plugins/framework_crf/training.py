"""Trains a linear-chain CRF with CRFsuite, and takes the weights out of it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import pycrfsuite

from framework.ml.progress import Reporter, reporting
from framework_crf.chain import LinearChain
from framework_crf.config import CRFConfig
from framework_crf.observations import Observations

FORBIDDEN = -1e4
"""Score of what cannot be: far below any learned one, and still a number that can be added to."""

DENSE = "dense:"

Ints = npt.NDArray[np.int64]
Limits = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]
"""1 where a tag may follow another ``[C, C]``, may begin a message ``[C]``, may end one ``[C]``."""


class _Trainer(pycrfsuite.Trainer):  # type: ignore[misc]
    """CRFsuite, telling a reporter how it is getting on."""

    reporter: Reporter

    def message(self, message: str) -> None:
        """Reads a line of CRFsuite's log."""
        if self.logparser.feed(message) == "iteration":
            last = self.logparser.last_iteration
            self.reporter.epoch(int(last["num"]), {"loss": float(last["loss"])})


def train_chain(title: str, seen: Observations, tags: Ints, limits: Limits, config: CRFConfig) -> LinearChain:
    """Fits a CRF to the tags ``[T]`` of observed tokens; tags that never occur, and what ``limits`` forbid, stay out.

    Minimises the negative log-likelihood with both penalties by L-BFGS (OWL-QN where there is an L1 penalty).
    """
    trainer = _Trainer(algorithm="lbfgs")
    trainer.set_params(
        {
            "c1": config.L1_c,
            "c2": config.L2_c,
            "max_iterations": config.max_iterations,
            "feature.possible_transitions": True,
        }
    )
    for first, last in pairwise(seen.offsets.tolist()):
        if first < last:
            trainer.append([_item(seen, token) for token in range(first, last)], [str(tag) for tag in tags[first:last]])
    with TemporaryDirectory() as folder, reporting(title, config.max_iterations) as trainer.reporter:
        file = str(Path(folder) / "model.crfsuite")
        trainer.train(file)
        tagger = pycrfsuite.Tagger()
        tagger.open(file)
        learned = tagger.info()
        tagger.close()
    return _chain(learned, limits, set(tags.tolist()), 0 if seen.dense is None else seen.dense.shape[1])


def _item(seen: Observations, token: int) -> list[str] | dict[str, float]:
    if seen.dense is None:
        return seen.attributes[token]
    numbers = {f"{DENSE}{column}": value for column, value in enumerate(seen.dense[token].tolist())}
    return dict.fromkeys(seen.attributes[token], 1.0) | numbers


def _chain(learned: Any, limits: Limits, occurring: set[int], width: int) -> LinearChain:
    follows, begins, ends = limits
    size = len(begins)
    attributes = sorted({attribute for attribute, _ in learned.state_features if not attribute.startswith(DENSE)})
    rows = {attribute: row for row, attribute in enumerate(attributes)}
    weights, dense = np.zeros((len(attributes), size), np.float32), np.zeros((width, size), np.float32)
    for (attribute, tag), weight in learned.state_features.items():
        if attribute.startswith(DENSE):
            dense[int(attribute.removeprefix(DENSE)), int(tag)] = weight
        else:
            weights[rows[attribute], int(tag)] = weight
    transitions = np.zeros((size, size), np.float32)
    for (before, after), weight in learned.transitions.items():
        transitions[int(before), int(after)] = weight
    transitions[follows == 0] = FORBIDDEN
    start, end = np.where(begins, 0, FORBIDDEN), np.where(ends, 0, FORBIDDEN)
    for tag in set(range(size)) - occurring:
        transitions[:, tag] = start[tag] = FORBIDDEN
    return LinearChain(attributes, weights, dense, transitions, start.astype(np.float32), end.astype(np.float32))

"""A support vector machine of many classes with calibrated probabilities: trained by scikit-learn, served by numpy."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from framework.ml.weights import load_arrays, save_arrays

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ARRAYS_FILE = "support_vectors.safetensors"
KERNEL_FILE = "kernel.json"


@dataclass(frozen=True, slots=True)
class Kernel:
    """How alike two messages are, by the scalar product of their features ``[N, D]`` and ``[S, D]``."""

    name: str
    gamma: float
    coef0: float
    degree: int

    def __call__(self, features: Doubles, vectors: Doubles) -> Doubles:
        """The likeness of each message to each support vector, ``[N, S]``."""
        products: Doubles = features @ vectors.T
        if self.name == "linear":
            return products
        if self.name == "poly":
            powers: Doubles = (self.gamma * products + self.coef0) ** self.degree
            return powers
        if self.name == "sigmoid":
            bent: Doubles = np.tanh(self.gamma * products + self.coef0)
            return bent
        squares = (features**2).sum(axis=1)[:, None] + (vectors**2).sum(axis=1)[None, :]
        near: Doubles = np.exp(-self.gamma * (squares - 2 * products))
        return near


@dataclass(frozen=True, slots=True)
class SupportVectorMachine:
    """One classifier for each pair of classes (Knerr et al. 1990), whose votes become probabilities (Platt 1999)."""

    kernel: Kernel
    vectors: Doubles  # [S, D] ordered by class
    counts: Ints  # [C] support vectors of each class
    coefficients: Doubles  # [C - 1, S] of the pairs that a vector takes part in
    intercepts: Doubles  # [C * (C - 1) / 2]
    slopes: Doubles  # [C] of the sigmoids; of two classes only the second has one
    offsets: Doubles  # [C]

    @classmethod
    def fit(
        cls, features: Doubles, labels: Ints, grid: Mapping[str, Sequence[Any]], scoring: str, folds: int, threads: int
    ) -> tuple[Self, dict[str, Any]]:
        """Tries all settings of the grid by cross-validation, and fits and calibrates with the best of them.

        Args:
            features: ``[N, D]``.
            labels: ``0..C-1``, two classes at least, each of them ``folds`` times or more.
            grid: The values to try of each of scikit-learn's settings.
            scoring: The name of the score that decides, as scikit-learn knows it.
            folds: In how many parts the examples are cut.
            threads: How many settings are tried at once.

        Returns:
            The machine, and the settings that were best.
        """
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.exceptions import UndefinedMetricWarning
        from sklearn.model_selection import GridSearchCV
        from sklearn.svm import SVC

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UndefinedMetricWarning)
            search = GridSearchCV(
                SVC(class_weight="balanced"), dict(grid), scoring=scoring, cv=folds, n_jobs=threads, refit=False
            )
            search.fit(features, labels)
        best = SVC(class_weight="balanced", **search.best_params_)
        calibrated = CalibratedClassifierCV(best, method="sigmoid", cv=folds, ensemble=False).fit(features, labels)
        (fitted,) = calibrated.calibrated_classifiers_
        svc, sigmoids = fitted.estimator, fitted.calibrators
        machine = cls(
            Kernel(svc.kernel, float(svc._gamma), float(svc.coef0), int(svc.degree)),  # noqa: SLF001
            np.asarray(svc.support_vectors_, np.float64),
            np.asarray(svc.n_support_, np.int64),
            np.asarray(svc._dual_coef_, np.float64),
            np.asarray(svc._intercept_, np.float64),
            np.array([sigmoid.a_ for sigmoid in sigmoids]),
            np.array([sigmoid.b_ for sigmoid in sigmoids]),
        )
        return machine, search.best_params_

    def probabilities(self, features: Doubles) -> Doubles:
        """The probability of each class for each message, ``[N, C]``."""
        likely = 1 / (1 + np.exp(self.slopes * self._scores(features) + self.offsets))
        if len(self.counts) == 2:
            return np.concatenate((1 - likely, likely), axis=1)
        shares: Doubles = likely / np.maximum(likely.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
        return shares

    def _scores(self, features: Doubles) -> Doubles:
        """Votes for each class, a little more or less by how decided they were; of two classes, the second's lead."""
        leads = self._leads(features)
        if len(self.counts) == 2:
            return leads[:, 1, :1]
        earlier = np.tri(len(self.counts), k=-1, dtype=bool)
        votes = np.where(earlier, leads > 0, leads >= 0).sum(axis=2) - 1  # no class has a vote against itself
        total = leads.sum(axis=2)
        scores: Doubles = votes + total / (3 * (np.abs(total) + 1))
        return scores

    def _leads(self, features: Doubles) -> Doubles:
        """By how much each class (row) is ahead of each other (column) in the machine of the two, ``[N, C, C]``."""
        classes = len(self.counts)
        likeness = self.kernel(features, self.vectors)
        shares = np.stack(
            [
                likeness[:, first:last] @ self.coefficients[:, first:last].T
                for first, last in pairwise(np.cumsum([0, *self.counts]))
            ],
            axis=1,
        )  # [N, C, C - 1] of the vectors of each class, in its pairs
        one, other = np.triu_indices(classes, 1)
        decisions = shares[:, one, other - 1] + shares[:, other, one] + self.intercepts
        leads = np.zeros((len(features), classes, classes))
        leads[:, one, other], leads[:, other, one] = decisions, -decisions
        return leads

    def save(self, directory: Path) -> None:
        """Writes the machine into a component's folder."""
        (directory / KERNEL_FILE).write_text(json.dumps(asdict(self.kernel)), encoding="utf-8")
        names = ("vectors", "counts", "coefficients", "intercepts", "slopes", "offsets")
        save_arrays({name: getattr(self, name) for name in names}, directory / ARRAYS_FILE)

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Reads what :meth:`save` wrote."""
        kernel = Kernel(**json.loads((directory / KERNEL_FILE).read_text(encoding="utf-8")))
        return cls(kernel, **load_arrays(directory / ARRAYS_FILE))

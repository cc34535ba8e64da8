"""What a linear model makes of the same features: the figure that a neural network has to beat."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any


class LinearBaseline:
    """A linear support vector machine, one label against the others, with scikit-learn's defaults.

    Fan et al., *LIBLINEAR: A Library for Large Linear Classification*, 2008.
    """

    def __init__(self, rows: Any, labels: Sequence[str]) -> None:
        """Learns labels from the rows of a sparse matrix, one row each; of a single label there is nothing to learn."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import LinearSVC

        self._only_label = labels[0] if len(set(labels)) == 1 else None
        self._model = LinearSVC(random_state=0)
        if self._only_label is None:
            with warnings.catch_warnings():
                # A thousand steps are enough for a figure to compare with.
                warnings.simplefilter("ignore", ConvergenceWarning)
                self._model.fit(rows, list(labels))

    def predict(self, rows: Any) -> list[str]:
        """The label of each row."""
        if self._only_label is not None:
            return [self._only_label] * rows.shape[0]
        return list(map(str, self._model.predict(rows)))

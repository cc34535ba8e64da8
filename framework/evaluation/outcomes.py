"""The figures of models that are compared: of several configs, each trained on less and less of the same data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

from framework.evaluation.series import Series, series_of

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The figures of one training and its test.

    ``name`` is that of the config. ``exclusion`` is how many percent of the examples or stories it was trained
    without, in the run of that number, and ``size`` how many these left. ``seconds`` is how long the training took,
    None where the models had been trained before.
    """

    name: str
    run: int
    exclusion: int
    size: int
    figures: dict[str, float]
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcomes of several configs; all were tried with the same percentages, in the same runs."""

    outcomes: tuple[Outcome, ...]

    @property
    def names(self) -> list[str]:
        """The configs, in the order in which they were given."""
        return list(dict.fromkeys(outcome.name for outcome in self.outcomes))

    @property
    def exclusions(self) -> list[int]:
        """The percentages, in the order in which they were given."""
        return list(dict.fromkeys(outcome.exclusion for outcome in self.outcomes))

    def of(self, name: str, exclusion: int) -> list[Outcome]:
        """The outcomes of one config with so much of the data, one for each run."""
        return [outcome for outcome in self.outcomes if (outcome.name, outcome.exclusion) == (name, exclusion)]

    def figures(self, name: str, exclusion: int) -> dict[str, Series]:
        """The figures of these outcomes."""
        return series_of([outcome.figures for outcome in self.of(name, exclusion)])

    def size(self, exclusion: int) -> float:
        """How many examples or stories there were to train with, on average over the runs."""
        return fmean(outcome.size for outcome in self.outcomes if outcome.exclusion == exclusion)

    def seconds(self, name: str, exclusion: int) -> float:
        """How long a training took, on average over the runs."""
        return fmean(outcome.seconds or 0.0 for outcome in self.of(name, exclusion))


def by_run(values: Iterable[tuple[Outcome, ValueT]]) -> dict[str, list[list[ValueT]]]:
    """What belongs to each outcome, for each config a list for each run: the form of Rasa's ``results.json``."""
    runs: dict[str, dict[int, list[ValueT]]] = {}
    for outcome, value in values:
        runs.setdefault(outcome.name, {}).setdefault(outcome.run, []).append(value)
    return {name: list(of_name.values()) for name, of_name in runs.items()}

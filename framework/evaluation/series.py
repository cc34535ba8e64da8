"""Figures of several tests of the same thing, and how far they spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev


@dataclass(frozen=True, slots=True)
class Series:
    """One figure, 0 to 1, as several tests found it. There is at least one."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean over the tests."""
        return fmean(self.values)

    @property
    def spread(self) -> float:
        """The standard deviation over the tests."""
        return pstdev(self.values)

    def __str__(self) -> str:
        return f"{100 * self.mean:.1f} ± {100 * self.spread:.1f} %"


def series_of(tests: Sequence[Mapping[str, float]]) -> dict[str, Series]:
    """Each figure over those tests that have it, in the order of the first test."""
    names = dict.fromkeys(name for test in tests for name in test)
    return {name: Series(tuple(test[name] for test in tests if name in test)) for name in names}

"""Compares pipelines: each trained on less and less of the same examples, and tested on the same others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from framework.bot.nlu_data import Example
from framework.evaluation.nlu_evaluation import NLUEvaluation, evaluate_nlu
from framework.evaluation.parsing import extractors_of, parse_examples
from framework.evaluation.pipeline_training import PipelineTrainer
from framework.evaluation.series import Series, series_of
from framework.evaluation.splitting import exclude_examples, split_examples
from framework.evaluation.training_reference import make_reference

_TRAINING_FRACTION = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The figures of one training and its test.

    ``name`` is that of the pipeline. ``exclusion`` is how many percent of the examples it was trained without, in the
    run of that number, ``seconds`` how long the training took.
    """

    name: str
    run: int
    exclusion: int
    training_examples: int
    seconds: float
    figures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Trial:
    """An outcome, and all that led to it: far larger, and needed only until it is written."""

    outcome: Outcome
    training: tuple[Example, ...]
    test: tuple[Example, ...]
    evaluation: NLUEvaluation


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcomes of several pipelines; all were tried with the same percentages, in the same runs."""

    outcomes: tuple[Outcome, ...]

    @property
    def names(self) -> list[str]:
        """The pipelines, in the order in which they were given."""
        return list(dict.fromkeys(outcome.name for outcome in self.outcomes))

    @property
    def exclusions(self) -> list[int]:
        """The percentages, in the order in which they were given."""
        return list(dict.fromkeys(outcome.exclusion for outcome in self.outcomes))

    def of(self, name: str, exclusion: int) -> list[Outcome]:
        """The outcomes of one pipeline with so many of the examples, one for each run."""
        return [outcome for outcome in self.outcomes if (outcome.name, outcome.exclusion) == (name, exclusion)]

    def figures(self, name: str, exclusion: int) -> dict[str, Series]:
        """The figures of these outcomes."""
        return series_of([outcome.figures for outcome in self.of(name, exclusion)])

    def size(self, exclusion: int) -> float:
        """The number of examples to train with, on average over the runs."""
        return fmean(outcome.training_examples for outcome in self.outcomes if outcome.exclusion == exclusion)


def run_trials(
    trainers: Mapping[str, PipelineTrainer],
    examples: Sequence[Example],
    exclusions: Sequence[int],
    runs: int,
    seed: int,
) -> Iterator[Trial]:
    """Trains and tests all pipelines, on another split of the examples in each run."""
    for run in range(1, runs + 1):
        split = split_examples(examples, _TRAINING_FRACTION, seed + run)
        for exclusion in exclusions:
            training = exclude_examples(split.training, exclusion, seed + run)
            for name, trainer in trainers.items():
                started = time.perf_counter()
                pipeline = trainer.train(training)
                seconds = time.perf_counter() - started
                messages = parse_examples(pipeline, split.test, make_reference(pipeline, training))
                evaluation = evaluate_nlu(messages, extractors_of(pipeline))
                outcome = Outcome(
                    name=name,
                    run=run,
                    exclusion=exclusion,
                    training_examples=len(training),
                    seconds=seconds,
                    figures=evaluation.figures,
                )
                yield Trial(outcome, training, split.test, evaluation)

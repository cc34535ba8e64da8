"""Compares pipelines: each trained on less and less of the same examples, and tested on the same others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from framework.bot.nlu_data import Example
from framework.evaluation.nlu_evaluation import NLUEvaluation, evaluate_nlu
from framework.evaluation.outcomes import Outcome
from framework.evaluation.parsing import extractors_of, parse_examples
from framework.evaluation.pipeline_training import PipelineTrainer
from framework.evaluation.splitting import exclude_examples, split_examples
from framework.evaluation.training_reference import make_reference

_TRAINING_FRACTION = 0.8


@dataclass(frozen=True, slots=True)
class Trial:
    """An outcome, and all that led to it: far larger, and needed only until it is written."""

    outcome: Outcome
    training: tuple[Example, ...]
    test: tuple[Example, ...]
    evaluation: NLUEvaluation


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
                    size=len(training),
                    seconds=seconds,
                    figures=evaluation.figures,
                )
                yield Trial(outcome, training, split.test, evaluation)

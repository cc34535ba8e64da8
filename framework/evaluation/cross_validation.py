"""Cross-validation: every example is tested once, by a model that was trained without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from framework.bot.nlu_data import Example
from framework.evaluation.entities import Extractor
from framework.evaluation.nlu_evaluation import NLUEvaluation, evaluate_nlu
from framework.evaluation.parsed_example import ParsedExample
from framework.evaluation.parsing import extractors_of, parse_examples
from framework.evaluation.pipeline_training import PipelineTrainer
from framework.evaluation.series import Series, series_of
from framework.evaluation.splitting import Split, split_into_folds
from framework.evaluation.training_reference import make_reference
from framework.training.progress import Progress


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """The messages of all folds judged together, and how the figures spread over the folds.

    ``training`` are the figures on what each model was trained on: far higher ones show that it learned by heart.
    """

    evaluation: NLUEvaluation
    test: dict[str, Series]
    training: dict[str, Series]


def cross_validate(
    trainer: PipelineTrainer, examples: Sequence[Example], folds: int, seed: int, progress: Progress
) -> CrossValidation:
    """Trains and tests once for each fold."""
    messages: list[ParsedExample] = []
    tests: list[dict[str, float]] = []
    trainings: list[dict[str, float]] = []
    extractors: dict[Extractor, None] = {}
    for number, split in enumerate(split_into_folds(examples, folds, seed), start=1):
        progress.say(
            f"Fold {number} of {folds}: {len(split.training)} examples to train with, {len(split.test)} to test"
        )
        on_test, on_training, found = _run_fold(trainer, split, progress)
        messages += on_test
        tests.append(evaluate_nlu(on_test, found).figures)
        trainings.append(evaluate_nlu(on_training, found).figures)
        extractors |= dict.fromkeys(found)
    return CrossValidation(evaluate_nlu(messages, extractors), series_of(tests), series_of(trainings))


def _run_fold(
    trainer: PipelineTrainer, split: Split, progress: Progress
) -> tuple[list[ParsedExample], list[ParsedExample], list[Extractor]]:
    """What a model makes of the examples to test, and of those that it was trained on; and its extractors."""
    pipeline = trainer.train(split.training)
    with progress.step("Testing", "Tested"):
        reference = make_reference(pipeline, split.training)
        on_test = parse_examples(pipeline, split.test, reference)
        on_training = parse_examples(pipeline, split.training, None)
    return on_test, on_training, extractors_of(pipeline)

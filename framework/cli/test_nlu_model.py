"""``framework test nlu`` of a trained model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from framework.bot.bot import Bot, BotPaths
from framework.bot.reader import read_bot, read_nlu_data
from framework.cli.data_split_nlu import TRAINING_FILE
from framework.cli.output import output_console
from framework.cli.split_arguments import DEFAULT_FOLDER
from framework.cli.test_nlu import DEFAULT_DATA
from framework.cli.test_nlu_output import print_evaluation, report_parts, write_files
from framework.cli.training_arguments import domain_paths
from framework.cli.training_run import print_problems
from framework.errors import EnvironmentProblem, Problem, Severity, UsageError
from framework.evaluation.nlu_evaluation import evaluate_nlu
from framework.evaluation.nlu_report import NLUReport
from framework.evaluation.parsing import extractors_of, parse_examples
from framework.evaluation.trained_examples import trained_examples
from framework.evaluation.training_reference import make_reference
from framework.model.loading import latest_model, load_assistant
from framework.registry import Registry, create_registry
from framework.training.progress import Progress

if TYPE_CHECKING:
    from framework.bot.nlu_data import Example
    from framework.nlu.pipeline import Pipeline

_TOLERATED = 0.1  # the share of known messages that changes the figures little
_USUAL_TRAINING_DATA = (DEFAULT_DATA, DEFAULT_FOLDER / TRAINING_FILE)


def test_model(args: argparse.Namespace, config: Path) -> None:
    """Tests a model on examples, prints how well it did, and writes the files."""
    progress = Progress(output_console())
    registry = create_registry()
    model = latest_model(args.model)
    examples = read_examples(args.nlu)
    pipeline = _load_pipeline(model, registry)
    training = _training_examples(args, model, config, registry)
    print_problems(_remarks(examples, training))
    with progress.step(f"Testing {len(examples)} messages", f"Tested {len(examples)} messages"):
        reference = make_reference(pipeline, training or ())
        messages = parse_examples(pipeline, examples, reference)
        evaluation = evaluate_nlu(messages, extractors_of(pipeline))
    print_evaluation(evaluation, f"{model} on {len(examples)} messages")
    write_files(args.out, progress, lambda: NLUReport(args.out, report_parts(args)).write(evaluation))


def read_examples(paths: list[Path]) -> tuple[Example, ...]:
    """The examples to test.

    Raises:
        BotError: a file has errors.
        UsageError: there are none.
    """
    examples = read_nlu_data(paths).examples
    if not examples:
        where = ", ".join(map(str, paths))
        fix = "name files or folders that have some: --nlu PATH"
        raise UsageError(Problem(code="invalid-test", what=f"there are no examples in {where}", fix=fix))
    return examples


def _load_pipeline(model: Path, registry: Registry) -> Pipeline:
    pipeline = load_assistant(model, registry).pipeline
    if pipeline is None:
        raise EnvironmentProblem(
            Problem(
                code="model-not-found",
                what=f"{model} does not understand messages",
                fix="train a model that does: framework train nlu",
            )
        )
    return pipeline


def _training_examples(
    args: argparse.Namespace, model: Path, config: Path, registry: Registry
) -> tuple[Example, ...] | None:
    """What the model was trained on: as the flags say, or as can be proved."""
    if args.training_data:
        return read_nlu_data(args.training_data).examples
    candidates = (_bot(args, config, data) for data in _USUAL_TRAINING_DATA if config.exists() and data.exists())
    return trained_examples(model, candidates, registry)


def _bot(args: argparse.Namespace, config: Path, data: Path) -> Bot:
    return read_bot(BotPaths(config=config, domain=domain_paths(args.domain), data=(data,)))


def _remarks(examples: tuple[Example, ...], training: tuple[Example, ...] | None) -> list[Problem]:
    """What the reader of the figures should know."""
    if training is None:
        where = " or ".join(map(str, _USUAL_TRAINING_DATA))
        what = f"the model was not trained on what is in {where} now, so there is nothing to compare it with"
        fix = "name what it was trained on (--training-data PATH), or train it again"
        return [Problem(code="not-compared", what=what, fix=fix, severity=Severity.NOTE)]
    known = {(example.text, example.intent) for example in training}
    again = sum((example.text, example.intent) in known for example in examples)
    if not again:
        return []
    what = f"the model was trained on {again} of the {len(examples)} messages; of new ones it will understand fewer"
    fix = "test with --cross-validation, or put some messages aside: framework data split nlu"
    severity = Severity.WARNING if again > _TOLERATED * len(examples) else Severity.NOTE
    return [Problem(code="tested-on-training-data", what=what, fix=fix, severity=severity)]

"""``framework data split nlu``: divides the NLU data into examples to train with and examples to test with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from framework.cli.split_arguments import add_split_arguments, seed_of
from framework.cli.training_arguments import add_data_argument
from framework.errors import EnvironmentProblem, Problem

if TYPE_CHECKING:
    from framework.bot.nlu_data import NLUData
    from framework.evaluation.splitting import Split

SUMMARY = "divide the NLU data into training data and test data"

TRAINING_FILE = "training_data.yml"
TEST_FILE = "test_data.yml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework data split nlu``."""
    add_data_argument(parser, "-u", "--nlu")
    add_split_arguments(parser, "each intent")


def run(args: argparse.Namespace) -> int:
    """Writes the two files, and the responses of retrieval intents to files of their own."""
    from framework.bot.reader import read_nlu_data
    from framework.evaluation.splitting import split_examples

    nlu = read_nlu_data(args.data)
    split = split_examples(nlu.examples, args.training_fraction, seed_of(args))
    try:
        _write(args.out, nlu, split)
    except OSError as error:
        raise EnvironmentProblem(
            Problem(code="cannot-write", what=f"{args.out} cannot be written: {error.strerror}")
        ) from error
    print(f"{len(split.training)} examples to train with: {args.out / TRAINING_FILE}")
    print(f"{len(split.test)} examples to test with: {args.out / TEST_FILE}")
    return 0


def _write(folder: Path, nlu: NLUData, split: Split) -> None:
    from msgspec.structs import replace

    from framework.bot.nlu_data import NLUData
    from framework.bot.nlu_writer import nlu_to_yaml, responses_to_yaml

    folder.mkdir(parents=True, exist_ok=True)
    # Lookup tables and the like are for training; a test needs its examples only.
    parts = {TRAINING_FILE: replace(nlu, examples=split.training), TEST_FILE: NLUData(examples=split.test)}
    for name, part in parts.items():
        (folder / name).write_text(nlu_to_yaml(part), encoding="utf-8")
        asked = {f"utter_{example.intent}" for example in part.examples}
        responses = {name: variations for name, variations in nlu.responses.items() if name in asked}
        if responses:
            (folder / f"nlg_{name}").write_text(responses_to_yaml(responses), encoding="utf-8")

#!/usr/bin/env python3
"""Trains pipelines on public data sets and prints intent accuracy and entity F1 beside a linear SVM.

    python benchmarks/intent_accuracy.py [--config benchmarks/pipelines/default.yml ...] [--sets banking77 snips]

The splits are the official ones. The SVM is scikit-learn's LinearSVC on TF-IDF of words (1-2) and of characters inside
words (1-4). Entities are scored as spans (``framework.evaluation.spans``), and token by token.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from os.path import expandvars
from pathlib import Path
from typing import Any

import yaml

from framework.bot.nlu_data import EntityAnnotation, Example, NLUData
from framework.evaluation.spans import Span, score_spans
from framework.nlu.batch import MessageBatch
from framework.nlu.component import Component, ComponentCache, LoadContext, TrainingData
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS, create_registry
from framework.training.cache import TrainingCache

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"

SETS = {
    "banking77": ("banking77/train", "banking77/test"),
    "hwu64": ("hwu64/train", "hwu64/test"),
    "clinc150": ("clinc150/train_inscope", "clinc150/test_inscope"),
    "snips": ("snips/train", "snips/test"),
    "banking77-10": ("banking77/train_10", "banking77/test"),
    "hwu64-10": ("hwu64/train_10", "hwu64/test"),
    "clinc150-10": ("clinc150/train_10", "clinc150/test_inscope"),
    "restaurant8k": ("restaurant8k/train", "restaurant8k/test"),
    "wnut17": ("wnut17/train", "wnut17/test"),
}


@dataclass(frozen=True)
class Guess:
    intent: str | None
    entities: list[Span]


@dataclass(frozen=True)
class Figures:
    """Percent, seconds of training, milliseconds of one message; None for what a data set or a system does not have."""

    intent_accuracy: float | None
    span_f1: float | None
    token_f1: float | None
    wall_s: float
    cpu_s: float
    message_ms: float


Classifier = Callable[[Sequence[str]], list[Guess]]
System = Callable[[tuple[Example, ...]], Classifier]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", nargs="*", type=Path, default=[HERE / "pipelines" / "default.yml"])
    parser.add_argument("--sets", nargs="*", choices=SETS, default=["banking77", "hwu64", "clinc150", "snips"])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--baseline", action=argparse.BooleanOptionalAction, default=True, help="the linear SVM, too")
    parser.add_argument("--sample", type=int, help="use so many examples of each file only, to try this program")
    parser.add_argument("--out", type=Path, help="also write the figures as JSON")
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors of language models for the next run")
    arguments = parser.parse_args()
    logging.getLogger().setLevel(logging.ERROR)
    systems: dict[str, System] = {"linear SVM": train_svm} if arguments.baseline else {}
    cache = TrainingCache(arguments.cache, sys.maxsize) if arguments.cache else None
    systems |= {config.stem: pipeline_trainer(config, cache) for config in arguments.config}
    print("| data set | system | intent accuracy | span F1 | token F1 | training, wall | training, CPU | one message |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    for name in arguments.sets:
        train, test = (
            sampled(read_examples(arguments.data / f"{part}.jsonl"), arguments.sample) for part in SETS[name]
        )
        for system, trainer in systems.items():
            if system == "linear SVM" and not has_intents(train):
                continue
            figures = measure(trainer, train, test)
            print(f"| {name} | {system} | {cells(figures)} |", flush=True)
            rows.append({"set": name, "system": system, **asdict(figures)})
    if arguments.out:
        arguments.out.write_text(json.dumps(rows, indent=1) + "\n")


def measure(system: System, train: tuple[Example, ...], test: tuple[Example, ...]) -> Figures:
    """Trains on one part, tests on the other."""
    wall, cpu = time.perf_counter(), time.process_time()
    classify = system(train)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    guesses = classify([example.text for example in test])
    right = sum(guess.intent == example.intent for guess, example in zip(guesses, test, strict=True))
    spans, tokens = None, None
    if any(guess.entities for guess in guesses):
        expected = [[(entity.entity, entity.start, entity.end) for entity in example.entities] for example in test]
        found = [guess.entities for guess in guesses]
        spans = 100 * score_spans(expected, found).f1
        words_expected, words_found = (list(map(token_spans, test, side)) for side in (expected, found))
        tokens = 100 * score_spans(words_expected, words_found).f1
    started = time.perf_counter()
    for example in test[:200]:
        classify([example.text])
    latency = (time.perf_counter() - started) / min(200, len(test)) * 1000
    return Figures(100 * right / len(test) if has_intents(test) else None, spans, tokens, wall, cpu, latency)


def cells(figures: Figures) -> str:
    """The cells of a row of the table."""
    accuracies = (figures.intent_accuracy, figures.span_f1, figures.token_f1)
    shown = " | ".join("" if value is None else f"{value:.1f}" for value in accuracies)
    return f"{shown} | {figures.wall_s:.1f} s | {figures.cpu_s:.1f} s | {figures.message_ms:.2f} ms"


def has_intents(examples: Sequence[Example]) -> bool:
    """Whether there are intents to tell apart."""
    return len({example.intent for example in examples}) > 1


def token_spans(example: Example, spans: Sequence[Span]) -> list[Span]:
    """The words and signs inside the spans, each as a span of its own."""
    tokens = [match.span() for match in re.finditer(r"\w+|[^\w\s]", example.text)]
    return [
        (kind, start, end) for kind, first, last in spans for start, end in tokens if first <= start and end <= last
    ]


def sampled(examples: tuple[Example, ...], count: int | None) -> tuple[Example, ...]:
    """So many of the examples, from all over; all of them where there is no number."""
    return examples[:: max(1, len(examples) // count)] if count else examples


def pipeline_trainer(config: Path, cache: ComponentCache | None) -> System:
    """Trains the pipeline of a ``config.yml``, component by component, as a training run does."""
    entries: list[dict[str, Any]] = yaml.safe_load(expandvars(config.read_text(encoding="utf-8")))["pipeline"]
    registry = create_registry()

    def train(examples: tuple[Example, ...]) -> Classifier:
        batch = MessageBatch.of([example.text for example in examples])
        data = TrainingData(NLUData(examples=examples), batch)
        components: list[Component[Any]] = []
        for place, entry in enumerate(entries):
            cls = registry.load(entry["name"], PIPELINE_KINDS)
            options = {key: value for key, value in entry.items() if key != "name"}
            context = LoadContext(name=f"{entry['name']}-{place}", language="en", cache=cache)
            component = cls(cls.Config(**options), context)
            component.train(data)
            if component.kind in ("tokenizer", "featurizer"):
                component.process(batch)
            components.append(component)
        return lambda texts: _guesses(Pipeline(components).process(texts))

    return train


def _guesses(batch: MessageBatch) -> list[Guess]:
    return [
        Guess(intent.name, [(entity.entity, entity.start, entity.end) for entity in entities])
        for intent, entities in zip(batch.intents, batch.entities, strict=True)
    ]


def train_svm(examples: tuple[Example, ...]) -> Classifier:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True)
    svm = make_pipeline(make_union(words, characters), LinearSVC())
    svm.fit([example.text for example in examples], [example.intent for example in examples])
    return lambda texts: [Guess(intent, []) for intent in svm.predict(texts)]


def read_examples(path: Path) -> tuple[Example, ...]:
    with path.open(encoding="utf-8") as lines:
        return tuple(_example(json.loads(line)) for line in lines)


def _example(row: dict[str, Any]) -> Example:
    keys = ("entity", "start", "end", "value")
    entities = tuple(EntityAnnotation(**{key: entity[key] for key in keys}) for entity in row.get("entities", ()))
    return Example(text=row["text"], intent=row.get("intent"), entities=entities)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Trains pipelines with an OutOfScopeDetector behind them and prints how well they refuse what no intent is for.

    python benchmarks/out_of_scope.py [--config benchmarks/pipelines/default.yml ...] [--sets clinc150 ...] [--cost C]

Accuracy is that of messages in scope, before and behind the detector; recall the share of messages out of scope that
get the fallback intent. AUROC needs no threshold: how often a message out of scope looks stranger than one in scope, by
the detector's score and by the classifier's confidence. Nothing is fitted or chosen on a test set.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from os.path import expandvars
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from framework.bot.nlu_data import Example, NLUData
from framework.nlu.batch import MessageBatch
from framework.nlu.component import Component, LoadContext, TrainingData
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS, create_registry

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
FALLBACK = "nlu_fallback"
LATENCY_MESSAGES = 300


@dataclass(frozen=True)
class OutOfScopeSet:
    """Files of examples; those of ``unknown`` intents are out of scope, and so are all of ``outside``."""

    train: str
    test: str
    outside: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusals:
    """What a detector reaches on one kind of messages out of scope: percent, areas from 0 to 1, and what it costs."""

    kind: str
    accuracy_before: float
    accuracy_after: float
    recall: float
    area: float
    area_of_confidence: float
    training_cpu_s: float
    message_ms: float

    def cells(self) -> str:
        """The cells of a row of the table."""
        accuracies = f"{self.accuracy_before:.1f} | {self.accuracy_after:.1f} | {self.kind} | {self.recall:.1f}"
        areas = f"{self.area:.3f} | {self.area_of_confidence:.3f}"
        return f"{accuracies} | {areas} | {self.training_cpu_s:.1f} s, {self.message_ms:.3f} ms"


SETS = {
    "clinc150": OutOfScopeSet("clinc150/train_inscope", "clinc150/test_inscope", ("clinc150/test_oos",)),
    "clinc150, 100 examples out of scope": OutOfScopeSet(
        "clinc150/train", "clinc150/test_inscope", ("clinc150/test_oos",), unknown=("oos",)
    ),
    "hint3 sofmattress": OutOfScopeSet(
        "hint3/sofmattress_v2/train", "hint3/sofmattress_v2/test", unknown=("NO_NODES_DETECTED",)
    ),
    "banking77_oos": OutOfScopeSet(
        "banking77_oos/train", "banking77_oos/test", ("banking77_oos/id_oos_test", "banking77_oos/ood_oos_test")
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", nargs="*", type=Path, default=[HERE / "pipelines" / "linear.yml"])
    parser.add_argument("--sets", nargs="*", choices=SETS, default=list(SETS))
    parser.add_argument("--cost", type=float, default=0.02, help="the detector's max_false_alarms")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sample", type=int, help="use so many examples of each file only, to try this program")
    parser.add_argument("--out", type=Path, help="also write the figures as JSON")
    arguments = parser.parse_args()
    logging.getLogger().setLevel(logging.ERROR)
    print("| data set | pipeline | accuracy | with detector | out of scope | recall | AUROC | of confidence | cost |")
    print("|---|---|---|---|---|---|---|---|---|")
    rows = []
    for name in arguments.sets:
        for config in arguments.config:
            for refusals in measure(SETS[name], config, Files(arguments.data, arguments.sample), arguments.cost):
                print(f"| {name} | {config.stem} | {refusals.cells()} |", flush=True)
                rows.append({"set": name, "system": config.stem, **asdict(refusals)})
    if arguments.out:
        arguments.out.write_text(json.dumps(rows, indent=1) + "\n")


def measure(of: OutOfScopeSet, config: Path, files: Files, cost: float) -> list[Refusals]:
    """What a detector behind a pipeline reaches, for each kind of messages out of scope."""
    train, test = files.read(of.train), files.read(of.test)
    inside = [example for example in test if example.intent not in of.unknown]
    outside = {Path(name).name: files.read(name) for name in of.outside}
    outside = outside or {"test": tuple(example for example in test if example.intent in of.unknown)}
    components = train_pipeline(config, train)
    detector, seconds = train_detector(components, train, of.unknown, cost)
    pipeline = Pipeline(components)
    known = Judged.of(pipeline, detector, [example.text for example in inside])
    intents = [example.intent for example in inside]
    before = np.mean([name == intent for name, intent in zip(known.before, intents, strict=True)])
    after = np.mean([name == intent for name, intent in zip(known.after, intents, strict=True)])
    rows = []
    for kind, examples in outside.items():
        other = Judged.of(pipeline, detector, [example.text for example in examples])
        recall = np.mean([name in (FALLBACK, *of.unknown) for name in other.after])
        rows.append(
            Refusals(
                kind,
                100 * float(before),
                100 * float(after),
                100 * float(recall),
                area(known.scores, other.scores),
                area(known.confidences, other.confidences),
                seconds,
                latency(pipeline, detector, examples),
            )
        )
    return rows


@dataclass(frozen=True)
class Judged:
    """What became of some messages."""

    before: list[str | None]
    after: list[str | None]
    confidences: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float32]

    @classmethod
    def of(cls, pipeline: Pipeline, detector: Any, texts: Sequence[str]) -> Judged:
        batch = pipeline.process(texts)
        before = [intent.name for intent in batch.intents]
        confidences = np.array([intent.confidence for intent in batch.intents])
        scores = detector.scores(batch)
        detector.process(batch)
        return cls(before, [intent.name for intent in batch.intents], confidences, scores)


def train_pipeline(config: Path, examples: tuple[Example, ...]) -> list[Component[Any]]:
    """Trains the pipeline of a ``config.yml``; environment variables in it are filled in."""
    entries: list[dict[str, Any]] = yaml.safe_load(expandvars(config.read_text(encoding="utf-8")))["pipeline"]
    registry = create_registry()
    data = TrainingData(NLUData(examples=examples), MessageBatch.of([example.text for example in examples]))
    components: list[Component[Any]] = []
    for place, entry in enumerate(entries):
        cls = registry.load(entry["name"], PIPELINE_KINDS)
        options = {key: value for key, value in entry.items() if key != "name"}
        component = cls(cls.Config(**options), LoadContext(name=f"{entry['name']}-{place}", language="en"))
        component.train(data)
        if component.kind in ("tokenizer", "featurizer"):
            component.process(data.batch)
        components.append(component)
    return components


def train_detector(
    components: Sequence[Component[Any]], examples: tuple[Example, ...], unknown: Sequence[str], cost: float
) -> tuple[Any, float]:
    """The detector, and the seconds of CPU that its training took."""
    cls = create_registry().load("OutOfScopeDetector", PIPELINE_KINDS)
    intents = {"intents": tuple(unknown)} if unknown else {}
    detector = cls(cls.Config(max_false_alarms=cost, **intents), LoadContext(name="OutOfScopeDetector"))
    batch = Pipeline(components).featurize([example.text for example in examples])
    started = time.process_time()
    detector.train(TrainingData(NLUData(examples=examples), batch))
    return detector, time.process_time() - started


def area(usual: npt.NDArray[Any], strange: npt.NDArray[Any]) -> float:
    """Area under the ROC curve: how often a strange value is below a usual one; equal ones count half."""
    ordered = np.sort(strange)
    below = np.searchsorted(ordered, usual, side="left")
    equal = np.searchsorted(ordered, usual, side="right") - below
    return float((below + equal / 2).mean() / len(strange))


def latency(pipeline: Pipeline, detector: Any, examples: Sequence[Example]) -> float:
    """Milliseconds that the detector takes for one message, the median of many."""
    times = []
    for example in examples[:LATENCY_MESSAGES]:
        batch = pipeline.process([example.text])
        started = time.perf_counter()
        detector.process(batch)
        times.append(time.perf_counter() - started)
    return 1000 * float(np.median(times))


@dataclass(frozen=True)
class Files:
    """Where the data is, and how many examples of each file are used; all where ``sample`` is None."""

    folder: Path
    sample: int | None = None

    def read(self, name: str) -> tuple[Example, ...]:
        """The examples of a file."""
        with (self.folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            examples = tuple(Example(text=row["text"], intent=row["intent"]) for row in map(json.loads, lines))
        return examples[:: max(1, len(examples) // self.sample)] if self.sample else examples


if __name__ == "__main__":
    main()

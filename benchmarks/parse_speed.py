#!/usr/bin/env python3
"""Measures how long a trained model takes for one message alone, and for one of a batch of 512.

    python benchmarks/parse_speed.py MODEL.tar.gz MESSAGES.jsonl

Prints a JSON object. Where the messages have intents, it tells how many were found.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from processes import resident_mib

from framework.model.loading import load_assistant
from framework.nlu.pipeline import Pipeline
from framework.registry import create_registry

BATCH = 512
ROUNDS = 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("messages", type=Path)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.messages.read_text(encoding="utf-8").splitlines()]
    pipeline = load_assistant(arguments.model, create_registry()).pipeline
    if pipeline is None:
        raise SystemExit(f"{arguments.model} does not understand messages")
    print(json.dumps(measure(pipeline, rows)))


def measure(pipeline: Pipeline, rows: list[dict[str, Any]]) -> dict[str, float]:
    """Milliseconds a message (by the clock, and of CPU), memory in MiB, and the share of intents found in percent."""
    texts = list(islice(cycle(row["text"] for row in rows), BATCH))
    pipeline.parse(texts)
    gc.collect()
    gc.freeze()  # as the server does when it has loaded its model
    alone = [seconds(pipeline, [text], time.perf_counter) for text in texts]
    alone_cpu = [seconds(pipeline, [text], time.process_time) for text in texts]
    together_cpu = [seconds(pipeline, texts, time.process_time) / BATCH for _ in range(ROUNDS)]
    parsed = pipeline.parse([row["text"] for row in rows])
    found = [message["intent"]["name"] == row.get("intent") for message, row in zip(parsed, rows, strict=True)]
    return {
        "single_p50_ms": 1000 * statistics.median(alone),
        "single_cpu_ms": 1000 * statistics.median(alone_cpu),
        "batch_cpu_ms": 1000 * statistics.median(together_cpu),
        "resident_mib": resident_mib(os.getpid()),
        "intent_accuracy": 100 * statistics.mean(found),
    }


def seconds(pipeline: Pipeline, texts: list[str], clock: Callable[[], float]) -> float:
    started = clock()
    pipeline.parse(texts)
    return clock() - started


if __name__ == "__main__":
    main()

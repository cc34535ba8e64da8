#!/usr/bin/env python3
"""Trains the policies that learn on MultiWOZ stories, and prints how often they find the next action.

    python benchmarks/dialogue.py [--sets modular modular_status] [--policies TEDPolicy LSTMPolicy] [--max-history 10]

The stories and their split are those of Vlasov et al. 2019 (arXiv 1910.00486). Every action of a test story is
predicted from what the story has up to there; *actions* leaves out ``action_listen``. The last rows train the
TEDPolicy of a starter bot and time one prediction early and late in a conversation.
"""

from __future__ import annotations

import argparse
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from framework.bot.bot import Bot, BotPaths
from framework.bot.reader import read_bot
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.policy import Policy, PolicyTrainingData
from framework.dialogue.unroll import unroll
from framework.nlu.component import LoadContext
from framework.registry import create_registry

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
STARTER = "RasaHQ__rasa-3.6.21-wheel__initial_project"


@dataclass
class Accuracy:
    right: int = 0
    count: int = 0

    def add(self, is_right: bool) -> None:
        self.right += is_right
        self.count += 1

    def __str__(self) -> str:
        return f"{self.right / max(1, self.count):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="*", default=["modular", "modular_status"])
    parser.add_argument("--policies", nargs="*", default=["TEDPolicy", "LSTMPolicy"])
    parser.add_argument("--max-history", type=int, default=10)
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    logging.getLogger().setLevel(logging.ERROR)
    import_torch()
    print("| stories | policy | accuracy | actions only | training, wall | training, CPU | one prediction |")
    print("|---|---|---|---|---|---|---|")
    for name in arguments.sets:
        folder = arguments.shared / "data" / "multiwoz_ted" / name
        train, test = (read(folder, f"{part}.yml") for part in ("train", "test"))
        for policy in arguments.policies:
            cells = measure(policy, train, test, max_history=arguments.max_history)
            print(f"| {name} | {policy} | {cells} |", flush=True)
    starter = read_bot(BotPaths(folder=arguments.shared / "bots" / STARTER))
    for policy in arguments.policies:
        _, wall, cpu = train_policy(policy, starter, augmentation=50, max_history=5, epochs=100)
        print(f"| starter bot | {policy} | | | {wall:.1f} s | {cpu:.1f} s | |")


def import_torch() -> None:
    """Imports what every training imports, so that it is not in the figures."""
    import onnx  # noqa: F401
    import onnxruntime  # noqa: F401
    import torch  # noqa: F401


def read(folder: Path, stories: str) -> Bot:
    return read_bot(BotPaths(folder=folder, domain=(Path("domain.yml"),), data=(Path(stories),)))


def train_policy(name: str, bot: Bot, *, augmentation: int, **options: Any) -> tuple[Policy[Any], float, float]:
    """A trained policy, loaded again, and the seconds that its training took."""
    cls = create_registry().load(name, ("policy",))
    config, context = cls.Config(**options), LoadContext(name=name)
    dialogues = unroll(bot.stories, bot.domain, augmentation=augmentation)
    data = PolicyTrainingData(domain=bot.domain, stories=bot.stories, dialogues=dialogues)
    policy = cls(config, context)
    wall, cpu = time.perf_counter(), time.process_time()
    policy.train(data)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with TemporaryDirectory() as folder:
        policy.save(Path(folder))
        return cls.load(config, Path(folder), context), wall, cpu


def measure(name: str, train: Bot, test: Bot, *, max_history: int) -> str:
    """The cells of a row of the table."""
    policy, wall, cpu = train_policy(name, train, augmentation=0, max_history=max_history)
    every, actions = Accuracy(), Accuracy()
    began = time.perf_counter()
    for dialogue in unroll(test.stories, train.domain):
        tracker = Tracker("test", train.domain)
        predictable = {id(decision.action): decision for decision in dialogue.decisions if decision.is_predictable}
        for event in dialogue.tracker.events:
            decision = predictable.get(id(event))
            if decision is not None:
                is_right = policy.predict(tracker, train.domain).action == decision.label
                every.add(is_right)
                if decision.label != ACTION_LISTEN:
                    actions.add(is_right)
            tracker.apply(event)
    per_prediction = (time.perf_counter() - began) / every.count
    return f"{every} | {actions} | {wall:.1f} s | {cpu:.1f} s | {per_prediction * 1000:.2f} ms"


if __name__ == "__main__":
    main()

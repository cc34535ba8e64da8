"""Recorded conversations: reading them, and replaying them in process against a bot trained here."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from msgspec.structs import replace

from framework.bot.bot import Bot, BotPaths
from framework.bot.reader import read_bot
from framework.conversation.events import event_to_dict
from framework.conversation.tracker import Tracker
from framework.dialogue.action_runner import ActionResult, action_call
from framework.dialogue.assistant import Assistant
from framework.dialogue.channel import BotMessage, OutputChannel, UserMessage
from framework.dialogue.turn import TurnProcessor
from framework.dialogue.understanding import DirectParser
from framework.storage.locks import InProcessLockStore
from framework.storage.memory import InMemoryTrackerStore
from tests.conformance.deviations import deviation
from tests.dialogue.talking import assistant_of


@dataclass
class Score:
    """How far a replay got: a conversation counts up to and including its first different turn.

    Where that turn differs on purpose, neither it nor the rest of its conversation counts; ``left_out`` has how many
    turns that are, by the name of the difference.
    """

    equal: int = 0
    compared: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.equal / self.compared if self.compared else 0.0


class StubActions:
    """Answers for all actions of a bot, as the action server did when the conversations were recorded."""

    def __init__(self, tools: ModuleType) -> None:
        self._run = tools.run_action

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        return ActionResult(**self._run(msgspec.to_builtins(action_call(name, tracker, {}, None))))

    async def close(self) -> None:
        """Holds nothing."""


class Collecting(OutputChannel):
    name = "collector"

    async def send(self, recipient_id: str, message: BotMessage) -> None:
        """Lets it go: what is said is in the events."""


def load_tool(shared: Path, name: str) -> ModuleType:
    """One of the scripts that made the recordings, as a module."""
    spec = importlib.util.spec_from_file_location(name, shared / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def train(shared: Path, name: str, **of_domain: Any) -> Assistant:
    """Trains the policies with which a bot was recorded; ``of_domain`` changes fields of its domain."""
    bot = read_recorded_bot(shared, name)
    return assistant_of(replace(bot, domain=replace(bot.domain, **of_domain)))


def read_recorded_bot(shared: Path, name: str) -> Bot:
    """The bot's own files, with the config and the domain that lie beside the recording in their place."""
    folder, recording = shared / "bots" / name, shared / "golden" / name
    choices = (recording / "domain.yml", folder / "domain.yml", folder / "domain")
    domain = next(path for path in choices if path.exists())
    return read_bot(BotPaths(folder=folder, config=recording / "config.yml", domain=(domain,)))


def conversations(transcript: Path) -> Iterator[dict[str, Any]]:
    """The conversations of a transcript that were recorded to their end."""
    for line in transcript.read_text(encoding="utf-8").splitlines():
        conversation = json.loads(line)
        if not any("error" in turn for turn in conversation["turns"]):
            yield conversation


async def replay(shared: Path, assistant: Assistant, transcript: Path) -> Score:
    """Has every conversation again and compares turn by turn."""
    golden = load_tool(shared, "golden")
    stub = StubActions(load_tool(shared, "stub_actions"))
    score = Score()
    for conversation in conversations(transcript):
        store = InMemoryTrackerStore()
        processor = TurnProcessor(
            assistant, store, InProcessLockStore(), DirectParser(None, assistant.domain), own_actions=stub
        )
        for number, expected in enumerate(conversation["turns"], start=1):
            got = await _take_turn(processor, store, expected["user"], golden)
            keys = golden.different(expected, got)
            on_purpose = deviation(conversation["turns"], number - 1, got) if keys else None
            if on_purpose:
                score.left_out[on_purpose] += len(conversation["turns"]) - number + 1
                break
            score.compared += 1
            if keys:
                score.differences.append(_describe(conversation["id"], number, expected, got, keys))
                break
            score.equal += 1
    return score


async def _take_turn(
    processor: TurnProcessor, store: InMemoryTrackerStore, text: str, golden: ModuleType
) -> dict[str, Any]:
    before = await store.version("user")
    await processor.handle(UserMessage(text=text, sender_id="user"), Collecting())
    tracker = await processor.fetch_tracker("user")
    appended = [event_to_dict(event) for event in tracker.events[before:]]
    return {
        "events": golden.slot_runs_sorted([event for event in map(golden.normalise, appended) if event]),
        "slots": {name: value for name, value in tracker.slots.items() if value is not None},
        "active_loop": tracker.active_loop_name,
    }


def _describe(conversation: str, number: int, expected: dict[str, Any], got: dict[str, Any], keys: list[str]) -> str:
    lines = [f"{conversation} turn {number}: {expected['user']!r} differs in {', '.join(keys)}"]
    for key in keys:
        lines += [f"    {key} expected {json.dumps(expected.get(key), ensure_ascii=False)}"]
        lines += [f"    {key} got      {json.dumps(got.get(key), ensure_ascii=False, default=str)}"]
    return "\n".join(lines)

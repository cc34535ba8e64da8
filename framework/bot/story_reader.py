"""Reads ``stories:`` and ``rules:``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from framework.bot.document import Mapping, Node
from framework.bot.expect import as_flag, as_mapping, as_text, check_keys, items_of
from framework.bot.problems import Problems
from framework.bot.steps import StepReader
from framework.bot.stories import LoopStep, Rule, SlotStep, Step, Story

_STORY_KEYS = ("story", "steps", "metadata")
_RULE_KEYS = ("rule", "steps", "condition", "conversation_start", "wait_for_user_input", "metadata")


class StoryReader:
    """Reads the stories and rules of one file after another."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._steps = StepReader(problems)

    def stories(self, node: Node | None) -> Iterator[Story]:
        """Reads the value of a ``stories:`` key."""
        for entry in self._entries(node, "stories", "story"):
            check_keys(entry, _STORY_KEYS, "a story", self._problems)
            yield Story(
                name=self._name(entry, "story"),
                steps=self._read_steps(entry, "story"),
                metadata=_metadata(entry),
                where=entry.entries["story"].where,
            )

    def rules(self, node: Node | None) -> Iterator[Rule]:
        """Reads the value of a ``rules:`` key."""
        for entry in self._entries(node, "rules", "rule"):
            check_keys(entry, _RULE_KEYS, "a rule", self._problems)
            yield Rule(
                name=self._name(entry, "rule"),
                steps=self._read_steps(entry, "rule"),
                condition=self._condition(entry),
                conversation_start=self._flag(entry, "conversation_start", default=False),
                wait_for_user_input=self._flag(entry, "wait_for_user_input", default=True),
                metadata=_metadata(entry),
                where=entry.entries["rule"].where,
            )

    def _entries(self, node: Node | None, key: str, kind: str) -> Iterator[Mapping]:
        for item in items_of(node, key, self._problems):
            entry = as_mapping(item, f"a {kind}", self._problems)
            if entry is None:
                continue
            if entry.get(kind) is None:
                self._problems.error("missing-key", f"a {kind} needs a name", entry.where, f"add `{kind}: <name>`")
                continue
            yield entry

    def _name(self, entry: Mapping, kind: str) -> str:
        return as_text(entry.entries[kind], f"the name of a {kind}", self._problems) or ""

    def _flag(self, entry: Mapping, key: str, *, default: bool) -> bool:
        return as_flag(entry.get(key), key, self._problems, default=default)

    def _read_steps(self, entry: Mapping, kind: str) -> tuple[Step, ...]:
        items = items_of(entry.get("steps"), "steps", self._problems)
        if not items:
            self._problems.error("missing-key", f"a {kind} needs steps", entry.entries[kind].where, "add `steps:`")
        return tuple(self._steps.read_all(items))

    def _condition(self, entry: Mapping) -> tuple[SlotStep | LoopStep, ...]:
        found: list[SlotStep | LoopStep] = []
        for item in items_of(entry.get("condition"), "condition", self._problems):
            for step in self._steps.read(item):
                if isinstance(step, SlotStep | LoopStep):
                    found.append(step)
                else:
                    self._problems.error(
                        "invalid-step", "a condition is on active_loop or slot_was_set only", item.where
                    )
        return tuple(found)


def _metadata(entry: Mapping) -> Any:
    node = entry.get("metadata")
    return None if node is None else node.data()

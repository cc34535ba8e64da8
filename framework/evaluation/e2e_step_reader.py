"""Reads the steps of end-to-end test cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from framework.bot.document import Mapping, Node, Scalar
from framework.bot.domain import Domain
from framework.bot.expect import as_mapping, as_text, check_keys, items_of
from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER
from framework.bot.problems import Problems
from framework.errors import Location, one_of
from framework.evaluation.e2e_cases import BotSays, BotUtters, E2EStep, SlotIsNotSet, SlotIsSet, UserSays

_KINDS = ("user", "bot", "utter", "slot_was_set", "slot_was_not_set")


class E2EStepReader:
    """Reads one step at a time; a step that names two slots is two steps."""

    def __init__(self, domain: Domain, problems: Problems) -> None:
        self._domain = domain
        self._problems = problems

    def read(self, node: Node, metadata: dict[str, Any]) -> Iterable[E2EStep]:
        """Reads an item of ``steps:``; nothing, with a problem, if it cannot be understood."""
        entry = as_mapping(node, "a step", self._problems)
        if entry is None:
            return ()
        kind = next((key for key in _KINDS if key in entry.entries), None)
        if kind is None:
            key = next(iter(entry.entries), "")
            where = entry.where_key(key) if key else entry.where
            self._problems.error("invalid-test-case", f"unknown step {key!r}", where, one_of(key, _KINDS))
            return ()
        check_keys(entry, (kind, "metadata") if kind == "user" else (kind,), f"a step with {kind!r}", self._problems)
        if kind == "slot_was_set":
            return self._slots(entry, kind, SlotIsSet)
        if kind == "slot_was_not_set":
            return self._slots(entry, kind, SlotIsNotSet)
        text = (as_text(entry.get(kind), kind, self._problems) or "").strip()
        where = entry.entries[kind].where
        if not text:
            self._problems.error("invalid-test-case", f"a step has an empty {kind!r}", entry.where_key(kind))
            return ()
        return (self._said(kind, text, metadata, where),)

    def _said(self, kind: str, text: str, metadata: dict[str, Any], where: Location) -> E2EStep:
        if kind == "user":
            return UserSays(text=text, metadata=metadata, where=where)
        if kind == "bot":
            return BotSays(text=text, where=where)
        known = self._domain.responses
        if text not in known and text.partition(RESPONSE_KEY_DELIMITER)[0] not in known:
            self._problems.error(
                "unknown-response", f"response {text!r} is not in the domain", where, one_of(text, known)
            )
        return BotUtters(response=text, where=where)

    def _slots(
        self, entry: Mapping, kind: str, make: Callable[..., SlotIsSet | SlotIsNotSet]
    ) -> list[SlotIsSet | SlotIsNotSet]:
        node = entry.get(kind)
        items = [node] if isinstance(node, Mapping | Scalar) else items_of(node, kind, self._problems)
        if not items:
            self._problems.error(
                "invalid-test-case", f"{kind!r} names no slot", entry.where_key(kind), "add `- <slot>: <value>`"
            )
        found: list[SlotIsSet | SlotIsNotSet] = []
        for item in items:
            if isinstance(item, Scalar):
                self._check_slot(item.text, item.where)
                found.append(make(name=item.text, has_value=False, where=item.where))
            elif (slots := as_mapping(item, f"an item of {kind}", self._problems)) is not None:
                for name, value in slots.entries.items():
                    self._check_slot(name, slots.where_key(name))
                    found.append(make(name=name, value=value.data(), where=slots.where_key(name)))
        return found

    def _check_slot(self, name: str, where: Location) -> None:
        known = self._domain.slots
        if name not in known:
            self._problems.error("unknown-slot", f"slot {name!r} is not in the domain", where, one_of(name, known))

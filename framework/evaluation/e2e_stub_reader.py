"""Reads ``stub_custom_actions:``: what actions answer in a test instead of running."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec

from framework.bot.document import Mapping, Node
from framework.bot.domain import Domain
from framework.bot.expect import as_mapping, check_keys, items_of
from framework.bot.problems import Problems
from framework.conversation.events import event_from_dict
from framework.dialogue.action_runner import ActionResult
from framework.errors import one_of

CASE_SEPARATOR = "::"
_KEYS = ("events", "responses")


@dataclass(frozen=True, slots=True)
class Stubs:
    """The stubs of one file: for all its test cases, and for single ones by their name."""

    everywhere: dict[str, ActionResult] = field(default_factory=dict)
    by_case: dict[str, dict[str, ActionResult]] = field(default_factory=dict)


def read_stubs(node: Node | None, domain: Domain, cases: Collection[str], problems: Problems) -> Stubs:
    """Reads stubs by the names of their actions; ``CASE::ACTION`` is for that test case only."""
    stubs = Stubs()
    entry = as_mapping(node, "stub_custom_actions", problems)
    if entry is None:
        return stubs
    for key, value in entry.entries.items():
        where = entry.where_key(key)
        case, separator, action = key.rpartition(CASE_SEPARATOR)
        if action not in domain.actions:
            what = f"action {action!r} is not one of the bot's own, so it cannot be stubbed"
            problems.error("unknown-action", what, where, one_of(action, domain.actions))
        if separator and case not in cases:
            what = f"there is no test case {case!r} in this file"
            problems.error("invalid-test-case", what, where, one_of(case, cases))
        result = _result(value, key, problems)
        (stubs.by_case.setdefault(case, {}) if separator else stubs.everywhere)[action] = result
    return stubs


def _result(node: Node, name: str, problems: Problems) -> ActionResult:
    entry = as_mapping(node, f"the stub {name!r}", problems)
    if entry is None:
        return ActionResult()
    check_keys(entry, _KEYS, f"the stub {name!r}", problems)
    events = _mappings(entry, "events", problems)
    for event in events:
        try:
            event_from_dict(event.data())
        except msgspec.ValidationError as error:
            problems.error("invalid-test-case", f"this is no event: {error}", event.where)
    responses = _mappings(entry, "responses", problems)
    return ActionResult(events=[event.data() for event in events], responses=[each.data() for each in responses])


def _mappings(entry: Mapping, key: str, problems: Problems) -> list[Mapping]:
    items = items_of(entry.get(key), key, problems)
    found = [as_mapping(item, f"an item of {key}", problems) for item in items]
    return [mapping for mapping in found if mapping is not None]

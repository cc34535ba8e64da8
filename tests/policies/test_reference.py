"""The reference pages of policies and events say what the code says."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from framework.conversation.events import Event
from framework.registry import create_registry
from tests.components.key_tables import is_key_row, key_rows
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "reference" / "policies.md").read_text(encoding="utf-8")
EVENTS = (ROOT / "docs" / "reference" / "events.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["MemoizationPolicy", "RulePolicy", "TEDPolicy", "LSTMPolicy"])
def test_every_key_of_a_policy_is_documented_with_its_default(name: str) -> None:
    section = PAGE.split(f"## `{name}`\n")[1].split("\n## ")[0]
    config = create_registry().load(name, ("policy",)).Config
    assert [line for line in section.splitlines() if is_key_row(line)] == key_rows(config)


def test_the_keys_that_differ_from_those_of_ted_are_documented() -> None:
    registry = create_registry()
    ted, unexpected = (
        key_rows(registry.load(name, ("policy",)).Config) for name in ("TEDPolicy", "UnexpecTEDIntentPolicy")
    )
    section = PAGE.split("## `UnexpecTEDIntentPolicy`\n")[1].split("\n## ")[0]
    documented = [line for line in section.splitlines() if is_key_row(line)]
    assert documented == [row for row in unexpected if row not in ted]


def test_every_kind_of_event_is_documented() -> None:
    kinds = {kind.__struct_config__.tag for kind in get_args(Event)}
    assert kinds <= set(re.findall(r"`(\w+)`", EVENTS))

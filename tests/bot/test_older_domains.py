"""Domains in the 2.0 format are read as what they mean in 3.1."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.bot.bot import BotPaths
from framework.bot.domain_json import domain_to_dict
from framework.bot.reader import read_bot
from framework.errors import Severity
from tests.bot.conftest import ReadBot

MIGRATED = [
    "Ailln__rasa-guotie",
    "Dustyposa__rasa_ch_faq",
    "RasaHQ__carbon-bot",
    "RasaHQ__how-to-rasa__video-09-2-custom-forms",
]


@pytest.mark.parametrize("name", MIGRATED)
def test_a_2_0_domain_reads_as_rasas_own_migration_wrote_it(shared: Path, name: str) -> None:
    ours = read_bot(BotPaths(folder=shared / "bots" / name, data=()))
    migrated = read_bot(BotPaths(folder=shared / "golden" / name, data=()))
    assert domain_to_dict(ours.domain) == domain_to_dict(migrated.domain)
    assert not [problem for problem in ours.problems if problem.severity is Severity.ERROR]


def test_it_is_told_how_a_2_0_domain_was_understood(read: ReadBot) -> None:
    bot = read(
        {
            "domain.yml": """\
            version: "2.0"
            entities: [size, name]
            slots:
              size: {type: text}
              name: {type: unfeaturized, auto_fill: false}
              sure: {type: rasa.shared.core.slots.BooleanSlot}
              count: {type: float}
              requested_slot: {type: text}
            forms:
              new_form:
                required_slots:
                  size:
                  - {type: from_entity, entity: size}
                  sure:
                  - {type: from_intent, intent: affirm, value: true}
              old_form:
                size:
                - {type: from_entity, entity: size}
                sure:
                - {type: from_text}
            """
        }
    )
    slots = domain_to_dict(bot.domain)["slots"]
    assert slots == {
        "size": {
            "type": "text",
            "mappings": [
                {
                    "type": "from_entity",
                    "entity": "size",
                    "conditions": [{"active_loop": "new_form"}, {"active_loop": "old_form"}],
                },
                {"type": "from_entity", "entity": "size"},
            ],
        },
        "name": {"type": "any", "mappings": [{"type": "custom"}]},
        "sure": {
            "type": "bool",
            "mappings": [
                {
                    "type": "from_intent",
                    "intent": "affirm",
                    "conditions": [{"active_loop": "new_form", "requested_slot": "sure"}],
                    "value": True,
                },
                {"type": "from_text", "conditions": [{"active_loop": "old_form", "requested_slot": "sure"}]},
            ],
        },
        "count": {"type": "float", "min_value": 0.0, "max_value": 1.0, "mappings": [{"type": "custom"}]},
        "requested_slot": {"type": "text", "mappings": [{"type": "custom"}]},
    }
    assert bot.domain.forms["old_form"].required_slots == ("size", "sure")
    assert {problem.severity for problem in bot.problems} == {Severity.NOTE}
    inside = "are read as mappings of the slots, on condition of the form"
    assert [str(problem) for problem in bot.problems] == [
        f"domain.yml:12:7  the slot mappings inside form 'new_form' {inside}",
        f"domain.yml:17:5  the slot mappings inside form 'old_form' {inside}",
        "domain.yml:5:16  slot type 'unfeaturized' is read as 'any'",
        "domain.yml:6:16  slot type 'rasa.shared.core.slots.BooleanSlot' is read as 'bool'",
        "domain.yml:4:3  slot 'size' has no mappings and is read as filled by from_entity",
        "domain.yml:5:3  slot 'name' has no mappings and is read as set by actions only",
        "domain.yml:6:3  slot 'sure' has no mappings and is read as filled by from_intent, from_text",
        "domain.yml:7:3  slot 'count' has no mappings and is read as set by actions only",
    ]


def test_entities_do_not_fill_slots_where_the_domain_says_so(read: ReadBot) -> None:
    bot = read(
        {
            "domain.yml": """\
            version: "2.0"
            config: {store_entities_as_slots: false}
            entities: [size]
            slots:
              size: {type: text}
            """
        }
    )
    assert [mapping.type for mapping in bot.domain.slots["size"].mappings] == ["custom"]

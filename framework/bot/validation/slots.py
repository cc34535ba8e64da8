"""Are slots used that exist, and filled from things that exist?"""

from __future__ import annotations

from framework.bot.bot import Bot
from framework.bot.domain import REQUESTED_SLOT, Domain, Slot, SlotMapping
from framework.bot.problems import Problems
from framework.bot.validation.suggestion import suggest
from framework.bot.validation.usage import usage_of


def check_slots(bot: Bot, problems: Problems) -> None:
    """Reports unknown slots in stories and responses, and mappings from unknown entities, intents, forms."""
    domain = bot.domain
    for name, where in usage_of(bot.stories).slots.items():
        if name not in domain.slots and name != REQUESTED_SLOT:
            problems.warning(
                "unknown-slot",
                f"slot {name!r} is used in a story or rule, but is not in the domain",
                where,
                suggest(name, domain.slots, "add it to `slots:` of the domain"),
            )
    _check_response_conditions(domain, problems)
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            _check_sources(slot, mapping, domain, problems)
            _check_conditions(slot, mapping, domain, problems)


def _check_response_conditions(domain: Domain, problems: Problems) -> None:
    for response, variations in domain.responses.items():
        for variation in variations:
            for condition in variation.condition:
                if condition.type == "slot" and condition.name not in domain.slots:
                    problems.warning(
                        "unknown-slot",
                        f"response {response!r} has a condition on slot {condition.name!r}, which is not in the domain",
                        variation.where,
                        suggest(condition.name, domain.slots, "add it to `slots:` of the domain"),
                    )


def _check_sources(slot: Slot, mapping: SlotMapping, domain: Domain, problems: Problems) -> None:
    if mapping.entity is not None and mapping.entity not in domain.entities:
        problems.warning(
            "unknown-entity",
            f"slot {slot.name!r} is filled from entity {mapping.entity!r}, which is not in the domain",
            mapping.where,
            suggest(mapping.entity, domain.entities, "add it to `entities:` of the domain"),
        )
    for intent in (*mapping.intents, *mapping.not_intents):
        if intent.partition("/")[0] not in domain.intents:
            problems.warning(
                "unknown-intent",
                f"a mapping of slot {slot.name!r} names intent {intent!r}, which is not in the domain",
                mapping.where,
                suggest(intent, domain.intents, "add it to `intents:` of the domain"),
            )


def _check_conditions(slot: Slot, mapping: SlotMapping, domain: Domain, problems: Problems) -> None:
    for condition in mapping.conditions:
        loop = condition.active_loop
        if loop is None:
            continue
        form = domain.forms.get(loop)
        if form is None and loop not in domain.action_names:
            problems.error(
                "unknown-form",
                f"a mapping of slot {slot.name!r} has a condition on form {loop!r}, which is not in the domain",
                condition.where or mapping.where,
                suggest(loop, domain.forms, "name a form of the domain, or null"),
            )
        elif form is not None and slot.name not in form.required_slots:
            problems.warning(
                "invalid-mapping",
                f"a mapping of slot {slot.name!r} has a condition on form {loop!r}, which does not require that slot",
                condition.where or mapping.where,
                f"add {slot.name!r} to the required_slots of {loop!r}, or remove the condition",
            )

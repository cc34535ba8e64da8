"""The domain: what a bot knows, remembers and can do."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from framework.errors import Location

DEFAULT_INTENTS: tuple[str, ...] = ("restart", "back", "out_of_scope", "session_start", "nlu_fallback")
"""Intents that every domain has."""

TWO_STAGE_FALLBACK = "action_two_stage_fallback"

DEFAULT_ACTIONS: tuple[str, ...] = (
    "action_listen",
    "action_restart",
    "action_session_start",
    "action_default_fallback",
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    TWO_STAGE_FALLBACK,
    "action_unlikely_intent",
    "action_back",
    "...",
    "action_extract_slots",
)
"""Actions that every domain has; a bot overrides one by listing its name under ``actions``."""

REQUESTED_SLOT = "requested_slot"
SESSION_METADATA_SLOT = "session_started_metadata"

MappingType = Literal["from_entity", "from_text", "from_intent", "from_trigger_intent", "custom"]


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """An intent. ``used_entities`` are the entities that featurize a message of this intent, all if None.

    ``label`` is what the intent is called when the bot talks about it, and ``response_labels`` what its answers are
    called, by their keys (``ask_price`` of ``faq/ask_price``). Labels are texts by language, an empty code for all.
    """

    name: str
    used_entities: tuple[str, ...] | None = None
    label: dict[str, str] = msgspec.field(default_factory=dict)
    response_labels: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    where: Location | None = None


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """An entity type with its roles and groups."""

    name: str
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    influence_conversation: bool = True
    where: Location | None = None


class MappingCondition(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a conversation where a mapping applies: inside ``active_loop`` (None: in no loop)."""

    active_loop: str | None
    requested_slot: str | None = None
    where: Location | None = None


class SlotMapping(msgspec.Struct, frozen=True, kw_only=True):
    """How a slot is filled from a user message."""

    type: MappingType
    entity: str | None = None
    role: str | None = None
    group: str | None = None
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    value: Any = None
    action: str | None = None
    conditions: tuple[MappingCondition, ...] = ()
    where: Location | None = None


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A slot: one thing that the bot remembers.

    ``type`` is text, bool, categorical, float, list, any, or the dotted path of a class of the bot's own.
    """

    name: str
    type: str
    initial_value: Any = None
    influence_conversation: bool = True
    mappings: tuple[SlotMapping, ...] = ()
    values: tuple[Any, ...] = ()
    min_value: float = 0.0
    max_value: float = 1.0
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    """Further keys, passed to a slot class of the bot's own."""
    where: Location | None = None


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form: slots to ask for until all are filled."""

    name: str
    required_slots: tuple[str, ...] = ()
    ignored_intents: tuple[str, ...] = ()
    where: Location | None = None


class ResponseCondition(msgspec.Struct, frozen=True, kw_only=True):
    """A slot value under which a response variation may be used."""

    name: str
    value: Any = None
    type: str = "slot"


class ResponseVariation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way to say a response, as in the domain file.

    A button's ``title`` may be a mapping from languages to texts.
    """

    text: str | None = None
    texts: dict[str, str] = msgspec.field(default_factory=dict)
    """The text by language, where it is written in several; ``text`` is the first then."""
    image: str | None = None
    custom: Any = None
    buttons: tuple[dict[str, Any], ...] = ()
    button_type: str | None = None
    quick_replies: tuple[dict[str, Any], ...] = ()
    attachment: Any = None
    elements: tuple[dict[str, Any], ...] = ()
    channel: str | None = None
    condition: tuple[ResponseCondition, ...] = ()
    metadata: Any = None
    id: str | None = None
    where: Location | None = None


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """An action of the bot's own, run by the action server."""

    name: str
    send_domain: bool = False
    where: Location | None = None


class SessionConfig(msgspec.Struct, frozen=True, kw_only=True):
    """When a conversation starts anew. ``expiration_minutes`` of 0 means never."""

    expiration_minutes: float = 60
    carry_over_slots: bool = True


class Domain(msgspec.Struct, frozen=True, kw_only=True):
    """What a bot knows, remembers and can do; each table keeps the order of the files.

    ``intents`` holds the default intents too, ``slots`` the slots that every bot has
    (``requested_slot`` where there is a form, ``session_started_metadata``). ``actions`` are only those the
    author listed; :attr:`action_names` has all.
    """

    version: str = "3.1"
    intents: dict[str, Intent] = msgspec.field(default_factory=dict)
    entities: dict[str, Entity] = msgspec.field(default_factory=dict)
    slots: dict[str, Slot] = msgspec.field(default_factory=dict)
    responses: dict[str, tuple[ResponseVariation, ...]] = msgspec.field(default_factory=dict)
    actions: dict[str, Action] = msgspec.field(default_factory=dict)
    forms: dict[str, Form] = msgspec.field(default_factory=dict)
    e2e_actions: tuple[str, ...] = ()
    session: SessionConfig = SessionConfig()
    retrieval_intents: tuple[str, ...] = ()
    """Intents of the training data that have response keys (``faq`` of ``faq/ask_price``)."""
    max_rephrasings: int | None = None
    """How many more chances a two-stage fallback gives; None for the two questions that Rasa asks."""
    rewinds_whole_forms: bool = False
    """Taking back a message that a form took in takes back all that the form asked, as in Rasa."""

    @property
    def action_names(self) -> tuple[str, ...]:
        """Names of all actions that can be predicted: default actions, responses, own actions, forms, texts."""
        names = [
            *DEFAULT_ACTIONS,
            *self.actions,
            *(name for name in self.responses if name.startswith("utter_")),
            *(f"utter_{intent}" for intent in self.retrieval_intents),
            *self.forms,
            *self.e2e_actions,
        ]
        return tuple(dict.fromkeys(names))

    @property
    def loops_taken_back_whole(self) -> frozenset[str]:
        """Loops all of whose questions and answers are taken back at once.

        Those of a fallback only find out what one message meant.
        """
        return frozenset({TWO_STAGE_FALLBACK, *(self.forms if self.rewinds_whole_forms else ())})

"""What a plugin declares: the components it has, by kind and name, without importing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "tokenizer",
    "featurizer",
    "intent_classifier",
    "entity_extractor",
    "selector",
    "nlu",
    "policy",
    "action",
    "channel",
    "tracker_store",
    "lock_store",
    "event_broker",
    "model_store",
    "nlg",
    "importer",
    "command",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

PIPELINE_KINDS: frozenset[Kind] = frozenset(
    {"tokenizer", "featurizer", "intent_classifier", "entity_extractor", "selector", "nlu"}
)
"""The kinds that may stand in the ``pipeline`` of a bot's ``config.yml``."""


@dataclass(frozen=True, slots=True)
class Provides:
    """One component of a plugin.

    ``target`` is ``"package.module:Class"`` (for a command the module alone), imported when first named.
    ``aliases`` are other names under which configs know it (the dotted paths of Rasa's classes). ``extra`` is the pip
    extra to suggest when the import fails. ``summary`` is one line that says what the component is for.
    """

    kind: Kind
    name: str
    target: str
    aliases: tuple[str, ...] = ()
    extra: str | None = None
    summary: str = ""

"""Components that are only for some languages: what they find in messages of other languages does not count."""

from __future__ import annotations

from typing import Any

from framework.nlu.batch import MessageBatch
from framework.nlu.component import Component

GATED_KINDS = frozenset({"intent_classifier", "entity_extractor", "selector"})
"""The kinds whose findings can be left out; tokens and features are there for every message or for none."""


def process_gated(component: Component[Any], batch: MessageBatch) -> None:
    """Lets a component process the messages in its languages; the others stay as they were."""
    languages = component.context.only_for
    others = [message for message, language in enumerate(batch.languages) if language not in languages]
    if len(others) == len(batch):
        return
    kept = [(message, _findings(batch, message)) for message in others]
    component.process(batch)
    for message, findings in kept:
        batch.intents[message], batch.entities[message], batch.selections[message], batch.extras[message] = findings


def _findings(batch: MessageBatch, message: int) -> tuple[Any, ...]:
    return (
        batch.intents[message],
        list(batch.entities[message]),
        dict(batch.selections[message]),
        dict(batch.extras[message]),
    )

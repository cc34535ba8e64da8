"""``ParseData``: what NLU made of one message, in the shape of ``/model/parse``."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from framework.nlu.batch import EntityResult, MessageBatch

ParseData = dict[str, Any]
"""The JSON object that ``/model/parse`` answers and a ``user`` event carries as ``parse_data``."""


def to_parse_data(batch: MessageBatch) -> list[ParseData]:
    """The parse output of every message of a batch.

    ``language``, ``text_tokens``, ``intent_ranking`` and ``response_selector`` are there only if a component made them.
    """
    tokens = batch.tokens
    if tokens is None:
        return [_message(batch, index, None) for index in range(len(batch))]
    spans = [*map(list, zip(tokens.starts, tokens.ends, strict=True))]
    bounds = pairwise(tokens.offsets.tolist())
    return [_message(batch, index, spans[first:last]) for index, (first, last) in enumerate(bounds)]


def _message(batch: MessageBatch, index: int, spans: list[list[int]] | None) -> ParseData:
    intent, language = batch.intents[index], batch.languages[index]
    parsed: ParseData = {
        "text": batch.texts[index],
        "intent": {"name": intent.name, "confidence": float(intent.confidence)},
        "entities": [entity_to_dict(entity) for entity in batch.entities[index]],
    }
    if language is not None:
        parsed["language"] = language
    if spans is not None:
        parsed["text_tokens"] = spans
    if intent.ranking:
        parsed["intent_ranking"] = [
            {"name": score.name, "confidence": float(score.confidence)} for score in intent.ranking
        ]
    selections = batch.selections[index]
    if selections:
        parsed["response_selector"] = selections
        choice = _choice(intent.name, selections)
        if choice is not None:
            parsed["intent"]["full_retrieval_intent_name"] = choice["response"]["intent_response_key"]
    parsed.update(batch.extras[index])
    return parsed


def _choice(intent: str | None, selections: dict[str, Any]) -> dict[str, Any] | None:
    """What was selected for a retrieval intent; None for other intents."""
    if intent is None or intent not in selections["all_retrieval_intents"]:
        return None
    choice: dict[str, Any] | None = selections.get(intent) or selections.get("default")
    return choice


def entity_to_dict(entity: EntityResult) -> dict[str, Any]:
    """An entity as the JSON object of the parse output; what is not known is left out."""
    fields: dict[str, Any] = {"entity": entity.entity, "start": entity.start, "end": entity.end}
    if entity.confidence is not None:
        fields["confidence_entity"] = float(entity.confidence)
    for key, label, confidence in (
        ("role", entity.role, entity.role_confidence),
        ("group", entity.group, entity.group_confidence),
    ):
        if label is not None:
            fields[key] = label
            if confidence is not None:
                fields[f"confidence_{key}"] = float(confidence)
    fields["value"] = entity.value
    fields["extractor"] = entity.extractor
    if entity.processors:
        fields["processors"] = list(entity.processors)
    fields.update(entity.extra)
    return fields

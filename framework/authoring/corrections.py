"""What a message means, put right by who knows: another intent, other entities; and the example that comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from framework.bot.annotations import mark_entities, parse_annotations
from framework.bot.domain import Domain
from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER, EntityAnnotation, Example
from framework.nlu.parse import ParseData

SHORTHAND_PREFIX = "/"
FALLBACK_INTENT = "nlu_fallback"

_NOT_LEARNED = frozenset({"DucklingEntityExtractor", "SpacyEntityExtractor"})
"""Extractors that find what no example has to teach; marking it would teach it to another."""


def intent_of(parsed: ParseData) -> str | None:
    """The intent, with the response key of a retrieval intent: ``faq/ask_price``."""
    intent = parsed.get("intent") or {}
    name: str | None = intent.get("full_retrieval_intent_name") or intent.get("name")
    return name


def with_intent(parsed: ParseData, intent: str, domain: Domain) -> ParseData:
    """The same message with another intent; of a retrieval intent the response is chosen, too."""
    name, _, key = intent.partition(RESPONSE_KEY_DELIMITER)
    corrected: ParseData = {**parsed, "intent": {"name": name, "confidence": 1.0}}
    corrected.pop("fallback", None)
    if key:
        corrected["intent"]["full_retrieval_intent_name"] = intent
        response = f"utter_{intent}"
        texts = [{"text": variation.text} for variation in domain.responses.get(response, ())]
        chosen = {"responses": texts, "confidence": 1.0, "intent_response_key": intent, "utter_action": response}
        corrected["response_selector"] = {**parsed.get("response_selector", {}), name: {"response": chosen}}
    return corrected


def annotated_text(parsed: ParseData) -> str:
    """The text with those entities marked that examples teach."""
    return mark_entities(parsed["text"], annotations_of(parsed))


def with_annotated_text(parsed: ParseData, annotated: str) -> ParseData:
    """The message as it is marked; what no example teaches stays where the text is the same.

    Raises:
        ValueError: an annotation cannot be read.
    """
    complaints: list[str] = []
    text, annotations = parse_annotations(annotated.strip(), complaints.append)
    if complaints:
        raise ValueError("; ".join(complaints))
    kept = [entity for entity in parsed.get("entities") or [] if _is_not_learned(entity) and text == parsed["text"]]
    known = {_identity(entity): entity for entity in parsed.get("entities") or []}
    marked = [_entity(annotation) for annotation in annotations]
    return {**parsed, "text": text, "entities": [*(known.get(_identity(each), each) for each in marked), *kept]}


def annotations_of(parsed: ParseData) -> list[EntityAnnotation]:
    """The entities that examples teach, as annotations that do not overlap: of two that do, the first and longer."""
    placed = [entity for entity in parsed.get("entities") or [] if not _is_not_learned(entity) and "start" in entity]
    placed.sort(key=lambda entity: (entity["start"], -entity["end"]))
    found: dict[tuple[Any, ...], EntityAnnotation] = {}
    span, end = (0, 0), 0
    for entity in placed:
        here = (entity["start"], entity["end"])
        if here[0] >= end or here == span:
            span, end = here, here[1]
            found.setdefault((*here, entity["entity"]), _annotation(entity))
    return list(found.values())


def example_of(parsed: ParseData) -> Example | None:
    """The message as an example of its intent; None where it can be none: without text, or in the short form."""
    intent, text = intent_of(parsed), parsed.get("text") or ""
    if not text or text.startswith(SHORTHAND_PREFIX) or intent in (None, FALLBACK_INTENT):
        return None
    return Example(text=text, intent=intent, entities=tuple(annotations_of(parsed)))


def ranked_intents(parsed: ParseData, known: Iterable[str]) -> dict[str, float]:
    """The intents that a message could have, with their confidence, the likeliest first."""
    ranking: Iterable[Mapping[str, Any]] = parsed.get("intent_ranking") or []
    scores = {item["name"]: float(item["confidence"]) for item in ranking if item["name"] != FALLBACK_INTENT}
    named = dict.fromkeys(known, 0.0)
    for name in named:
        named[name] = scores.get(name.partition(RESPONSE_KEY_DELIMITER)[0], 0.0)
    return dict(sorted(named.items(), key=lambda item: -item[1]))


def _is_not_learned(entity: Mapping[str, Any]) -> bool:
    return entity.get("extractor") in _NOT_LEARNED or not isinstance(entity.get("value"), str)


def _annotation(entity: Mapping[str, Any]) -> EntityAnnotation:
    return EntityAnnotation(
        entity=entity["entity"],
        start=entity["start"],
        end=entity["end"],
        value=entity["value"],
        role=entity.get("role"),
        group=entity.get("group"),
    )


def _entity(annotation: EntityAnnotation) -> dict[str, Any]:
    keys = ("entity", "start", "end", "value", "role", "group")
    found = {key: getattr(annotation, key) for key in keys}
    return {key: value for key, value in found.items() if value is not None}


def _identity(entity: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(str(entity.get(key)) for key in ("entity", "start", "end", "value", "role", "group"))

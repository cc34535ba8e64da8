"""Messages with what is right and what a model is said to have made of them."""

from __future__ import annotations

from typing import Any

from framework.bot.nlu_data import EntityAnnotation, Example
from framework.evaluation.parsed_example import Neighbour, ParsedExample

Marked = tuple[str, str]
"""The words of an entity, and its label; ``city.from`` is a city with the role ``from``."""


def judged(
    text: str,
    intent: str,
    predicted: str | None,
    confidence: float = 0.9,
    *,
    marked: tuple[Marked, ...] = (),
    found: tuple[Marked, ...] = (),
    linear: str | None = None,
    closest: tuple[tuple[str, str], ...] = (),
    **parsed: Any,
) -> ParsedExample:
    """A message whose intent was predicted to be ``predicted``, and in which the entities ``found`` were found."""
    entities = [_found(text, words, label) for words, label in found]
    return ParsedExample(
        example=Example(
            text=text, intent=intent, entities=tuple(_marked(text, words, label) for words, label in marked)
        ),
        parsed={
            "text": text,
            "intent": {"name": predicted, "confidence": confidence},
            "entities": entities,
            **parsed,
        },
        linear_intent=linear,
        closest=tuple(Neighbour(Example(text=near, intent=its), 0.5) for near, its in closest),
    )


def _marked(text: str, words: str, label: str) -> EntityAnnotation:
    entity, _, role = label.partition(".")
    start = text.index(words)
    return EntityAnnotation(entity=entity, start=start, end=start + len(words), value=words, role=role or None)


def _found(text: str, words: str, label: str) -> dict[str, Any]:
    entity, _, role = label.partition(".")
    start = text.index(words)
    result = {"entity": entity, "start": start, "end": start + len(words), "value": words, "extractor": "Learner"}
    return {**result, "role": role, "confidence_entity": 0.8} if role else {**result, "confidence_entity": 0.8}

"""What a selector chooses from: the response keys of retrieval intents, and the examples that ask for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from framework.api import Example, ResponseVariation, TrainingData
from framework_selectors.config import ResponseSelectorConfig

UTTER_PREFIX = "utter_"
RESPONSE_KEY_DELIMITER = "/"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers by number. Each has one response key (``faq/returns``), or several that share a text."""

    keys: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.keys)

    def by_intent(self) -> dict[str, list[int]]:
        """The numbers of each intent's answers."""
        numbers: dict[str, list[int]] = {}
        for number, keys in enumerate(self.keys):
            for intent in dict.fromkeys(key.partition(RESPONSE_KEY_DELIMITER)[0] for key in keys):
                numbers.setdefault(intent, []).append(number)
        return numbers

    def key(self, number: int, intent: str | None) -> str:
        """The response key of an answer: of those that share a text, the one of the message's intent."""
        keys = self.keys[number]
        return next((key for key in keys if key.partition(RESPONSE_KEY_DELIMITER)[0] == intent), keys[0])


@dataclass(frozen=True, slots=True)
class Questions:
    """What a selector learns from: examples by their place in the data, further texts, and the answer to each."""

    answers: Answers
    places: list[int]
    texts: list[str]
    numbers: list[int]
    """The answers to the examples, then those to the texts."""


def retrieval_intents(examples: Iterable[Example]) -> tuple[str, ...]:
    """The intents that have response keys, sorted."""
    return tuple(sorted({example.intent_name for example in examples if example.response_key and example.intent_name}))


def collect(data: TrainingData, config: ResponseSelectorConfig) -> Questions:
    """The examples that ask for an answer; the texts of answers too, if the config wants them learned."""
    asking = [
        (place, example.intent)
        for place, example in enumerate(data.examples)
        if example.intent and example.response_key and config.retrieval_intent in (None, example.intent_name)
    ]
    keys = sorted({intent for _, intent in asking})
    said = {key: _text(data.nlu.responses.get(UTTER_PREFIX + key, ())) for key in keys}
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault((said[key] if config.use_text_as_label else None) or key, []).append(key)
    number_of = {key: number for number, group in enumerate(groups.values()) for key in group}
    texts = {said[group[0]]: number_of[group[0]] for group in groups.values()} if config.use_text_as_label else {}
    learned = {text: number for text, number in texts.items() if text}
    return Questions(
        answers=Answers(tuple(map(tuple, groups.values()))),
        places=[place for place, _ in asking],
        texts=list(learned),
        numbers=[*(number_of[intent] for _, intent in asking), *learned.values()],
    )


def _text(variations: Sequence[ResponseVariation]) -> str:
    return next((variation.text for variation in variations if variation.text), "")

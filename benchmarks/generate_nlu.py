#!/usr/bin/env python3
"""Writes a bot with as many NLU examples and intents as wanted, to see how training and parsing grow.

    python benchmarks/generate_nlu.py FOLDER [--examples 200000] [--intents 1000] [--entities 20] [--seed 1]

Beside the bot lies ``messages.jsonl``, new messages and their intents to try it with.

Words are made of syllables and come as often as words of a language do (Zipf), so the vocabulary grows with the number
of examples. Each intent has a topic of its own, a few words that its messages choose from; topics of different intents
share words. A third of the messages name one entity or two, of values that many messages share.
"""

from __future__ import annotations

import argparse
import json
import re
from itertools import accumulate
from pathlib import Path
from random import Random

CONSONANTS = (*"bcdfghjklmnprstvz", "ch", "qu", "sh", "st", "tr")
VOWELS = (*"aeiou", "ai", "ea", "ou")
ENDINGS = ("", "", "n", "r", "s", "ing", "ed", "ly")

VOCABULARY = 60_000
TOPIC_WORDS = 12
VALUES_PER_ENTITY = 400
ENTITY_SHARE = 1 / 3
NEW_MESSAGES = 1024

CONFIG = """\
language: en
assistant_id: generated
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: {epochs}
  constrain_similarities: true
- name: EntitySynonymMapper
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
"""


class Language:
    """Made-up words, entities and topics."""

    def __init__(self, intents: int, entities: int, seed: int) -> None:
        self._random = Random(seed)
        self._words = self._new_words(VOCABULARY)
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))
        self.entities = {f"{self._words[-1 - number]}_name": self._values() for number in range(entities)}
        self._topics = [self._random.choices(self._words[100:], k=TOPIC_WORDS) for _ in range(intents)]

    def message(self, intent: int) -> str:
        """A message of an intent, its entities annotated."""
        random = self._random
        topic = random.choices(self._topics[intent], k=random.randint(2, 4))
        words = topic + random.choices(self._words, cum_weights=self._weights, k=random.randint(2, 9))
        if self.entities and random.random() < ENTITY_SHARE:
            words += [self._entity() for _ in range(random.choice((1, 1, 2)))]
        random.shuffle(words)
        return " ".join(words)

    def intent(self, number: int) -> str:
        """The name of an intent."""
        return f"{self._topics[number][0]}_{number}"

    def _entity(self) -> str:
        name = self._random.choice(list(self.entities))
        return f"[{self._random.choice(self.entities[name])}]({name})"

    def _values(self) -> list[str]:
        return [
            " ".join(self._random.choices(self._words, k=self._random.choice((1, 1, 2))))
            for _ in range(VALUES_PER_ENTITY)
        ]

    def _new_words(self, count: int) -> list[str]:
        words: dict[str, None] = {}
        while len(words) < count:
            words[self._new_word()] = None
        return sorted(words, key=lambda word: (len(word), self._random.random()))

    def _new_word(self) -> str:
        random = self._random
        syllables = (random.choice(CONSONANTS) + random.choice(VOWELS) for _ in range(random.choice((1, 2, 2, 3, 3))))
        return "".join(syllables) + random.choice(ENDINGS)


def write_bot(
    folder: Path, *, examples: int, intents: int, entities: int = 20, epochs: int = 100, seed: int = 1
) -> None:
    """Writes ``config.yml``, ``domain.yml`` and ``data/nlu.yml``, the examples spread evenly over the intents."""
    language = Language(intents, entities, seed)
    names = [language.intent(number) for number in range(intents)]
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "config.yml").write_text(CONFIG.format(epochs=epochs), encoding="utf-8")
    (folder / "domain.yml").write_text(_domain({"intents": names, "entities": list(language.entities)}))
    with (folder / "data" / "nlu.yml").open("w", encoding="utf-8") as file:
        file.write('version: "3.1"\nnlu:\n')
        for number, share in enumerate(shares(examples, intents)):
            file.write(f"- intent: {names[number]}\n  examples: |\n")
            file.writelines(f"    - {message}\n" for message in different_messages(language, number, share))
    with (folder / "messages.jsonl").open("w", encoding="utf-8") as file:
        for place in range(NEW_MESSAGES):
            number = place % intents
            text = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", language.message(number))
            file.write(json.dumps({"text": text, "intent": names[number]}) + "\n")


def _domain(lists: dict[str, list[str]]) -> str:
    parts = (f"{key}:\n" + "".join(f"- {name}\n" for name in names) for key, names in lists.items() if names)
    return 'version: "3.1"\n' + "".join(parts)


def shares(examples: int, intents: int) -> list[int]:
    """How many examples each intent has."""
    return [examples // intents + (number < examples % intents) for number in range(intents)]


def different_messages(language: Language, intent: int, count: int) -> list[str]:
    """That many messages of an intent, none of them twice."""
    seen: dict[str, None] = {}
    while len(seen) < count:
        seen[language.message(intent)] = None
    return list(seen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--examples", type=int, default=200_000)
    parser.add_argument("--intents", type=int, default=1_000)
    parser.add_argument("--entities", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=100, help="the epochs of DIETClassifier in the bot's config")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_bot(**vars(arguments))


if __name__ == "__main__":
    main()

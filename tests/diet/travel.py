"""A bot about journeys, trained for the tests."""

from collections.abc import Sequence
from string import ascii_lowercase

import numpy as np
import numpy.typing as npt

from framework.api import (
    Component,
    EntityAnnotation,
    Example,
    FeatureBlock,
    Featurizer,
    FeaturizerConfig,
    LoadContext,
    MessageBatch,
    NLUData,
    TrainingData,
)
from framework_diet.classifier import DIETClassifier
from framework_text.count_vectors_featurizer import CountVectorsFeaturizer
from framework_text.lexical_syntactic_featurizer import LexicalSyntacticFeaturizer
from framework_text.whitespace_tokenizer import WhitespaceTokenizer

CITIES = ("Paris", "Berlin", "New York", "Rome", "San Francisco", "Oslo")


def example(text: str, intent: str | None, **spans: tuple[str, str | None]) -> Example:
    """``from_=("Paris", "departure")``: an entity ``city`` with the text, and its role."""
    entities = tuple(
        EntityAnnotation(
            entity="city", start=text.index(value), end=text.index(value) + len(value), value=value, role=role
        )
        for value, role in spans.values()
    )
    return Example(text=text, intent=intent, entities=entities)


def travel_examples(*, roles: bool = True) -> list[Example]:
    greetings = ["hello", "hi there", "good morning", "hey you", "hello my friend", "good evening", "hi", "hey"]
    goodbyes = ["bye", "see you later", "good night", "goodbye", "bye bye", "see you", "talk to you later", "cheerio"]
    examples = [example(text, "greet") for text in greetings] + [example(text, "goodbye") for text in goodbyes]
    for number, city in enumerate(CITIES):
        other = CITIES[number - 1]
        role = ("departure", "destination") if roles else (None, None)
        examples += [
            example(f"fly from {city} to {other}", "book", a=(city, role[0]), b=(other, role[1])),
            example(f"I need a flight to {city}", "book", a=(city, role[1])),
            example(f"leave from {city} tomorrow", "book", a=(city, role[0])),
        ]
    return examples


class LetterCounts(Featurizer[FeaturizerConfig]):
    """Dense features: how often each letter is in a token, and in a message."""

    Config = FeaturizerConfig

    def process(self, batch: MessageBatch) -> None:
        tokens = [] if batch.tokens is None else batch.tokens.texts
        batch.blocks.append(FeatureBlock(self.origin, _letters(tokens), _letters(batch.texts)))


def _letters(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    counts = [[text.lower().count(letter) for letter in ascii_lowercase] for text in texts]
    return np.array(counts, np.float32).reshape(len(texts), len(ascii_lowercase))


class Bot:
    """Tokenizer, sparse featurizers and perhaps others, and a trained classifier."""

    def __init__(self, examples: Sequence[Example], *more: Component, **config: object) -> None:
        words, grams = CountVectorsFeaturizer.Config(), CountVectorsFeaturizer.Config(analyzer="char_wb", max_ngram=4)
        self.featurizing: list[Component] = [
            WhitespaceTokenizer(WhitespaceTokenizer.Config(), LoadContext("WhitespaceTokenizer")),
            LexicalSyntacticFeaturizer(LexicalSyntacticFeaturizer.Config(), LoadContext("LexicalSyntacticFeaturizer")),
            CountVectorsFeaturizer(words, LoadContext("words")),
            CountVectorsFeaturizer(grams, LoadContext("grams")),
            *more,
        ]
        nlu = NLUData(examples=tuple(examples))
        data = TrainingData(nlu, MessageBatch.of([example.text for example in examples]))
        for component in self.featurizing:
            component.train(data)
            component.process(data.batch)
        self.classifier = DIETClassifier(DIETClassifier.Config(**config), LoadContext("DIETClassifier"))
        self.classifier.train(data)

    def parse(self, *texts: str, by: DIETClassifier | None = None) -> MessageBatch:
        batch = MessageBatch.of(texts)
        for component in (*self.featurizing, by or self.classifier):
            component.process(batch)
        return batch

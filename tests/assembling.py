"""Trains pipelines for tests, component by component, as a training does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from framework.bot.domain import ResponseVariation
from framework.bot.nlu_data import EntityAnnotation, Example, LookupTable, NLUData, RegexPattern
from framework.nlu.component import Component, EarlierTraining, LoadContext, TrainingData
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS, Registry, create_registry

Step = tuple[str, dict[str, Any]]
"""Name and config of a component."""

cached_registry = cache(create_registry)


def make(name: str, registry: Registry | None = None, **config: Any) -> Component[Any]:
    """An untrained component of any plugin."""
    cls = (registry or cached_registry()).load(name, PIPELINE_KINDS)
    return cls(cls.Config(**config), LoadContext(name=name, language="en"))


def train(component: Component[Any], nlu: NLUData, before: Sequence[Component[Any]] = (), **domain: Any) -> None:
    """Trains a component on what the components before it make of the examples."""
    batch = Pipeline(before).process([example.text for example in nlu.examples])
    component.train(TrainingData(nlu, batch, featurize=Pipeline(before).featurize, **domain))


def assemble(steps: Sequence[Step], nlu: NLUData) -> Pipeline:
    """A trained pipeline."""
    components: list[Component[Any]] = []
    for name, config in steps:
        component = make(name, **config)
        train(component, nlu, components)
        components.append(component)
    return Pipeline(components)


def assemble_upon(earlier: Pipeline, steps: Sequence[Step], nlu: NLUData, folder: Path) -> Pipeline:
    """A pipeline that goes on from one of the same steps."""
    components: list[Component[Any]] = []
    for number, ((name, config), before) in enumerate(zip(steps, earlier.components, strict=True)):
        component, saved = make(name, **config), folder / str(number)
        saved.mkdir(parents=True)
        before.save(saved)
        batch = Pipeline(components).process([example.text for example in nlu.examples])
        component.finetune(TrainingData(nlu, batch, featurize=Pipeline(components).featurize), EarlierTraining(saved))
        components.append(component)
    return Pipeline(components)


def reload(component: Component[Any], directory: Path) -> Component[Any]:
    """The component as it comes back from disk."""
    component.save(directory)
    return type(component).load(component.config, directory, component.context)


def examples(**texts: Sequence[str]) -> tuple[Example, ...]:
    """Examples by intent."""
    return tuple(Example(text=text, intent=intent) for intent, group in texts.items() for text in group)


def annotated(text: str, intent: str, *entities: tuple[str, str]) -> Example:
    """An example with entities given as surface form and type."""
    return Example(
        text=text,
        intent=intent,
        entities=tuple(
            EntityAnnotation(entity=kind, start=text.index(part), end=text.index(part) + len(part), value=part)
            for part, kind in entities
        ),
    )


SHOP = NLUData(
    examples=(
        *examples(
            greet=["hello", "hi there", "good morning", "hey", "hello again"],
            goodbye=["bye", "good bye", "see you later", "have a nice day", "until tomorrow"],
            order_status=["where is my order", "has my parcel been sent", "track my order please", "order status"],
        ),
        annotated("where is order 12345", "order_status", ("12345", "order_number")),
        annotated("track 99812 for me", "order_status", ("99812", "order_number")),
        annotated("send it to Berlin", "change_address", ("Berlin", "city")),
        annotated("deliver to New York instead", "change_address", ("New York", "city")),
        annotated("please ship it to Rome", "change_address", ("Rome", "city")),
    ),
    synonyms={"NYC": "New York", "the big apple": "New York"},
    regexes=(RegexPattern(name="order_number", pattern=r"\b\d{5}\b"),),
    lookups=(LookupTable(name="city", elements=("Berlin", "New York", "Rome", "NYC")),),
)
"""A small shop: four intents, two entities, a regular expression, a lookup table and synonyms."""

ANSWERING_SHOP = msgspec.structs.replace(
    SHOP,
    examples=(
        *SHOP.examples,
        *(
            Example(text=text, intent=intent)
            for intent, texts in {
                "faq/returns": ["can I send it back", "what is your return policy", "how do I return a shirt"],
                "faq/opening_hours": ["when are you open", "opening hours please", "are you open on Sunday"],
                "faq/payment": ["can I pay by card", "do you take cash", "which ways to pay are there"],
                "chitchat/name": ["what is your name", "who are you", "how are you called"],
                "chitchat/weather": ["is it raining", "how is the weather", "nice weather today"],
            }.items()
            for text in texts
        ),
    ),
    responses={
        f"utter_{key}": (ResponseVariation(text=text),)
        for key, text in {
            "faq/returns": "Within thirty days, unworn.",
            "faq/opening_hours": "From nine to five.",
            "faq/payment": "With any card.",
            "chitchat/name": "They call me Shop.",
            "chitchat/weather": "It never rains in here.",
        }.items()
    },
)
"""The shop, and questions with answers of their own."""

SPARSE_FEATURES: list[Step] = [
    ("WhitespaceTokenizer", {}),
    ("RegexFeaturizer", {}),
    ("LexicalSyntacticFeaturizer", {}),
    ("CountVectorsFeaturizer", {}),
    ("CountVectorsFeaturizer", {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}),
]

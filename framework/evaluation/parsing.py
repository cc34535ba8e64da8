"""Sends test messages through a pipeline, and through what there is to compare it with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat

from framework.bot.nlu_data import Example
from framework.evaluation.entities import Extractor
from framework.evaluation.nlu_evaluation import evaluate_nlu
from framework.evaluation.parsed_example import ParsedExample
from framework.evaluation.training_reference import TrainingReference
from framework.nlu.batch import MessageBatch
from framework.nlu.parse import to_parse_data
from framework.nlu.pipeline import Pipeline

_LEARNING = frozenset({"tokenizer", "featurizer"})
_CHUNK = 256  # messages; what keeps memory small and batches worthwhile


def parse_examples(
    pipeline: Pipeline, examples: Sequence[Example], reference: TrainingReference | None
) -> list[ParsedExample]:
    """What the pipeline makes of each message; with a reference, what a linear model does, and what is closest."""
    parsed: list[ParsedExample] = []
    for first in range(0, len(examples), _CHUNK):
        chunk = examples[first : first + _CHUNK]
        batch = pipeline.process([example.text for example in chunk])
        parsed += _parsed(chunk, batch, reference)
    return parsed if reference is None else _with_closest(parsed, pipeline, reference)


def extractors_of(pipeline: Pipeline) -> list[Extractor]:
    """The extractors to judge: those that are trained.

    Others, such as those for dates and numbers, find what no example has to mark. A component that needs an extractor
    before it adds no entities of its own, and one that sees neither tokens nor features goes by patterns.
    """
    found = {
        type(component).__name__: Extractor(
            type(component).__name__, learns_from_examples=not _LEARNING.isdisjoint(component.requires)
        )
        for component in pipeline.components
        if component.is_trainable
        and "entity_extractor" in {component.kind, *component.also}
        and "entity_extractor" not in component.requires
    }
    return list(found.values())


def _parsed(
    examples: Sequence[Example], batch: MessageBatch, reference: TrainingReference | None
) -> list[ParsedExample]:
    intents = reference.guess_intents(batch) if reference else None
    responses = reference.guess_responses(batch) if reference else None
    return [
        ParsedExample(example=example, parsed=parsed, linear_intent=intent, linear_response=response)
        for example, parsed, intent, response in zip(
            examples, to_parse_data(batch), intents or repeat(None), responses or repeat(None), strict=False
        )
    ]


def _with_closest(
    messages: list[ParsedExample], pipeline: Pipeline, reference: TrainingReference
) -> list[ParsedExample]:
    """The messages; those that were misunderstood, with the training examples nearest to them."""
    wrong = [index for index, message in enumerate(messages) if _is_wrong(message, pipeline)]
    examples = [messages[index].example for index in wrong]
    batch = pipeline.featurize([example.text for example in examples])
    closest = dict(zip(wrong, reference.find_closest(batch, examples), strict=True))
    return [replace(message, closest=closest.get(index, ())) for index, message in enumerate(messages)]


def _is_wrong(message: ParsedExample, pipeline: Pipeline) -> bool:
    found = evaluate_nlu([message], extractors_of(pipeline))
    return any(evaluation and evaluation.errors for evaluation in (found.intents, found.responses, *found.entities))

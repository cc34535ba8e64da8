"""``NLUEvaluation``: all that a test of understanding found out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from framework.evaluation.entities import EntityEvaluation, Extractor, evaluate_entities, evaluate_together
from framework.evaluation.intents import predicted_intents
from framework.evaluation.label_evaluation import LabelEvaluation, evaluate_labels
from framework.evaluation.parsed_example import ParsedExample
from framework.evaluation.selections import predicted_responses

OF_LINEAR_MODEL = " of a linear model"
"""Ends the names of figures that a linear model reaches on the same features."""


@dataclass(frozen=True, slots=True)
class NLUEvaluation:
    """All that a test of understanding found out. ``intents`` and ``responses`` are None where there are none."""

    messages: tuple[ParsedExample, ...]
    intents: LabelEvaluation | None
    responses: LabelEvaluation | None
    entities: tuple[EntityEvaluation, ...]

    @property
    def figures(self) -> dict[str, float]:
        """The figures to compare tests by, each from 0 to 1; of labels accuracy and weighted F1, of all entities F1."""
        figures: dict[str, float] = {}
        for name, part in (("intent", self.intents), ("response", self.responses)):
            if part:
                figures[f"{name} accuracy"] = part.accuracy
                figures[f"{name} F1"] = part.report["weighted avg"]["f1-score"]
                if part.linear_report:
                    figures[f"{name} F1{OF_LINEAR_MODEL}"] = part.linear_report["weighted avg"]["f1-score"]
        if self.entities:
            figures["entity F1"] = evaluate_together(self.entities).scores.f1
        return figures


def evaluate_nlu(messages: Sequence[ParsedExample], extractors: Iterable[Extractor]) -> NLUEvaluation:
    """Compares what was understood with what is right. ``extractors`` are those whose entities are judged."""
    return NLUEvaluation(
        messages=tuple(messages),
        intents=evaluate_labels(predicted_intents(messages)),
        responses=evaluate_labels(predicted_responses(messages)),
        entities=tuple(evaluate_entities(messages, extractors)),
    )

"""How well an extractor found the entities of the test messages: as spans, and token by token."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from framework.bot.nlu_data import EntityAnnotation
from framework.evaluation.labels import LabelScores, averages, score_labels
from framework.evaluation.parsed_example import ParsedExample
from framework.evaluation.spans import Span, SpanScores, score_spans, score_spans_by_type

NO_ENTITY = "no_entity"
"""The label of tokens outside of entities."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class EntityPrediction:
    """A message, and the entities of its parse data that one extractor found."""

    message: ParsedExample
    predicted: tuple[dict[str, Any], ...]

    @property
    def expected_spans(self) -> set[Span]:
        """The spans that are annotated."""
        return {(_label_of(entity), entity.start, entity.end) for entity in self.message.example.entities}

    @property
    def predicted_spans(self) -> set[Span]:
        """The spans that were found."""
        return {(label_of(entity), entity["start"], entity["end"]) for entity in self.predicted}

    @property
    def is_right(self) -> bool:
        """Whether all entities were found, and nothing else."""
        return self.expected_spans == self.predicted_spans


@dataclass(frozen=True)
class EntityEvaluation:
    """What one extractor found in the test messages. Labels are entity, group and role, joined by dots."""

    extractor: str
    predictions: tuple[EntityPrediction, ...]

    @cached_property
    def scores(self) -> SpanScores:
        """Over all labels together."""
        return score_spans(self._expected, self._predicted)

    @cached_property
    def report(self) -> dict[str, Any]:
        """Scores of the spans by label and on average, in the shape of scikit-learn, with ``confused_with``.

        A span is right if label, start and end are; it is confused with another label where only the label is wrong.
        """
        by_label = score_spans_by_type(self._expected, self._predicted)
        scores = {name: LabelScores(found.right, found.predicted, found.expected) for name, found in by_label.items()}
        confused = self._confusions()
        report = averages(scores)
        for name in scores:
            report[name]["confused_with"] = dict(confused[name].most_common())
        return report

    @cached_property
    def token_report(self) -> dict[str, Any]:
        """The same of tokens, each with the label of the entity that it is in; tokens outside are no label."""
        scores = score_labels(*self.token_labels)
        scores.pop(NO_ENTITY, None)
        return averages(scores)

    @cached_property
    def token_labels(self) -> tuple[list[str], list[str]]:
        """The right label and the predicted one of every token of every message."""
        expected: list[str] = []
        predicted: list[str] = []
        for prediction in self.predictions:
            tokens = _tokens(prediction.message)
            expected += _labels(tokens, prediction.expected_spans)
            predicted += _labels(tokens, prediction.predicted_spans)
        return expected, predicted

    @property
    def errors(self) -> list[EntityPrediction]:
        """The messages in which an entity is missing, wrong, or too many."""
        return [prediction for prediction in self.predictions if not prediction.is_right]

    @property
    def successes(self) -> list[EntityPrediction]:
        """The messages that have entities, all of which were found and no others."""
        return [prediction for prediction in self.predictions if prediction.is_right and prediction.predicted]

    @property
    def confidences(self) -> tuple[list[float], list[float]]:
        """The confidences of the spans that are right, and of those that are wrong, of extractors that have any."""
        right: list[float] = []
        wrong: list[float] = []
        for prediction in self.predictions:
            for entity in prediction.predicted:
                if "confidence_entity" in entity:
                    is_right = (label_of(entity), entity["start"], entity["end"]) in prediction.expected_spans
                    (right if is_right else wrong).append(entity["confidence_entity"])
        return right, wrong

    @property
    def _expected(self) -> list[set[Span]]:
        return [prediction.expected_spans for prediction in self.predictions]

    @property
    def _predicted(self) -> list[set[Span]]:
        return [prediction.predicted_spans for prediction in self.predictions]

    def _confusions(self) -> dict[str, Counter[str]]:
        confused: dict[str, Counter[str]] = defaultdict(Counter)
        for prediction in self.predictions:
            found = {(start, end): label for label, start, end in prediction.predicted_spans}
            for label, start, end in prediction.expected_spans:
                other = found.get((start, end), label)
                if other != label:
                    confused[label][other] += 1
        return confused


@dataclass(frozen=True, slots=True)
class Extractor:
    """An extractor to judge, by the name under which its entities are known.

    One that does not learn from examples, but from patterns or word lists, is judged only on what the messages mark:
    there is no need to mark what a pattern finds anyway.
    """

    name: str
    learns_from_examples: bool = True


def evaluate_entities(messages: Sequence[ParsedExample], extractors: Iterable[Extractor]) -> list[EntityEvaluation]:
    """An evaluation for each extractor; none where there is nothing to judge it by."""
    marked = {_label_of(entity) for message in messages for entity in message.example.entities}
    evaluations: list[EntityEvaluation] = []
    for extractor in extractors:
        predictions = _found_by(extractor, messages, marked)
        has_found = any(prediction.predicted for prediction in predictions)
        if has_found or (marked and extractor.learns_from_examples):
            evaluations.append(EntityEvaluation(extractor.name, predictions))
    return evaluations


def evaluate_together(evaluations: Sequence[EntityEvaluation]) -> EntityEvaluation:
    """What several extractors found in the same messages, as if they were one; there is at least one."""
    merged = []
    for predictions in zip(*(evaluation.predictions for evaluation in evaluations), strict=True):
        spans = {
            (label_of(entity), entity["start"], entity["end"]): entity
            for prediction in reversed(predictions)
            for entity in prediction.predicted
        }
        merged.append(EntityPrediction(predictions[0].message, tuple(spans.values())))
    return EntityEvaluation(", ".join(evaluation.extractor for evaluation in evaluations), tuple(merged))


def label_of(entity: dict[str, Any]) -> str:
    """The label of an entity of parse data: entity, group and role, as far as there are, joined by dots."""
    return _joined(entity["entity"], entity.get("group"), entity.get("role"))


def _label_of(entity: EntityAnnotation) -> str:
    return _joined(entity.entity, entity.group, entity.role)


def _joined(*parts: str | None) -> str:
    return ".".join(part for part in parts if part)


def _found_by(
    extractor: Extractor, messages: Iterable[ParsedExample], marked: set[str]
) -> tuple[EntityPrediction, ...]:
    return tuple(
        EntityPrediction(
            message,
            tuple(
                entity
                for entity in message.parsed["entities"]
                if entity["extractor"] == extractor.name
                and (extractor.learns_from_examples or label_of(entity) in marked)
            ),
        )
        for message in messages
    )


def _tokens(message: ParsedExample) -> list[tuple[int, int]]:
    """Start and end of the pipeline's tokens; of words, where it has no tokenizer."""
    tokens = message.parsed.get("text_tokens")
    if tokens is not None:
        return [(start, end) for start, end in tokens]
    return [match.span() for match in _WORD.finditer(message.example.text)]


def _labels(tokens: Iterable[tuple[int, int]], spans: Iterable[Span]) -> list[str]:
    ordered = sorted(spans, key=lambda span: (span[1], span[2], span[0]))
    return [
        next((label for label, first, last in ordered if first < end and start < last), NO_ENTITY)
        for start, end in tokens
    ]

"""Writes what a test of understanding found out, under the file names that Rasa's tools read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from framework.bot.annotations import mark_entities
from framework.bot.nlu_data import Example
from framework.evaluation.confidence_plot import plot_confidences
from framework.evaluation.confusion_plot import plot_confusion_matrix
from framework.evaluation.entities import EntityEvaluation, EntityPrediction
from framework.evaluation.label_evaluation import LabelEvaluation, LabelPrediction
from framework.evaluation.nlu_evaluation import NLUEvaluation
from framework.evaluation.parsed_example import ParsedExample


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParts:
    """Which files to write beside the figures: one entry per mistake, one per success, pictures."""

    errors: bool = True
    successes: bool = False
    plots: bool = True


class NLUReport:
    """Writes the files of one test into a folder."""

    def __init__(self, folder: Path, parts: ReportParts) -> None:
        self._folder = folder
        self._parts = parts

    def write(self, evaluation: NLUEvaluation) -> None:
        """Writes all files.

        Raises:
            OSError: the folder cannot be written.
            EnvironmentProblem: pictures are wanted, and matplotlib is not installed.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        if evaluation.intents:
            self._write_labels("intent", "Intents", evaluation.intents, _intent_entry)
        if evaluation.responses:
            self._write_labels("response_selection", "Responses", evaluation.responses, _response_entry)
        for entities in evaluation.entities:
            self.write_entities(entities)

    def _write_labels(self, name: str, title: str, evaluation: LabelEvaluation, entry: Any) -> None:
        self._write_json(f"{name}_report", evaluation.report)
        if evaluation.linear_report is not None:
            self._write_json(f"{name}_linear_baseline_report", evaluation.linear_report)
        self._write_entries(name, map(entry, evaluation.errors), map(entry, evaluation.successes))
        if self._parts.plots:
            plot_confusion_matrix(
                evaluation.expected, evaluation.predicted, title, self._picture(name, "confusion_matrix")
            )
            right, wrong = ([item.confidence for item in found] for found in (evaluation.successes, evaluation.errors))
            plot_confidences(right, wrong, title, self._picture(name, "histogram"))

    def write_entities(self, evaluation: EntityEvaluation) -> None:
        """Writes the files of one extractor; the folder is there.

        Raises:
            OSError: the folder cannot be written.
            EnvironmentProblem: pictures are wanted, and matplotlib is not installed.
        """
        name = evaluation.extractor
        self._write_json(f"{name}_report", evaluation.report)
        self._write_json(f"{name}_token_report", evaluation.token_report)
        self._write_entries(name, map(_entity_entry, evaluation.errors), map(_entity_entry, evaluation.successes))
        if self._parts.plots:
            title = f"Tokens, {name}"
            plot_confusion_matrix(*evaluation.token_labels, title, self._picture(name, "confusion_matrix"))
            right, wrong = evaluation.confidences
            if right or wrong:
                plot_confidences(right, wrong, f"Entities, {name}", self._picture(name, "histogram"))

    def _write_entries(self, name: str, errors: Iterable[Any], successes: Iterable[Any]) -> None:
        if self._parts.errors:
            self._write_json(f"{name}_errors", list(errors))
        if self._parts.successes:
            self._write_json(f"{name}_successes", list(successes))

    def _write_json(self, name: str, content: Any) -> None:
        text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
        (self._folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    def _picture(self, name: str, kind: str) -> Path:
        return self._folder / f"{name}_{kind}.png"


def _intent_entry(prediction: LabelPrediction) -> dict[str, Any]:
    return {
        "text": prediction.message.example.text,
        "intent": prediction.expected,
        "intent_prediction": _guess(prediction),
        **_context(prediction.message),
    }


def _response_entry(prediction: LabelPrediction) -> dict[str, Any]:
    return {
        "text": prediction.message.example.text,
        "intent_response_key_target": prediction.expected,
        "intent_response_key_prediction": _guess(prediction),
        **_context(prediction.message),
    }


def _entity_entry(prediction: EntityPrediction) -> dict[str, Any]:
    entities = prediction.message.example.entities
    return {
        "text": prediction.message.example.text,
        "entities": [_without_nothing(msgspec.to_builtins(entity)) for entity in entities],
        "predicted_entities": list(prediction.predicted),
        **_context(prediction.message),
    }


def _guess(prediction: LabelPrediction) -> dict[str, Any]:
    return {"name": prediction.predicted, "confidence": prediction.confidence}


def _context(message: ParsedExample) -> dict[str, Any]:
    """Where the message stands, and the training examples closest to it, as they are written."""
    context: dict[str, Any] = {}
    if message.example.where:
        context["where"] = str(message.example.where)
    if message.closest:
        context["closest_training_examples"] = [
            {"text": _marked(item.example), "intent": item.example.intent, "similarity": item.similarity}
            for item in message.closest
        ]
    return context


def _marked(example: Example) -> str:
    return mark_entities(example.text, example.entities)


def _without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}

"""What a test of understanding found out, on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from framework.evaluation.entities import EntityEvaluation, evaluate_together
from framework.evaluation.label_evaluation import NOTHING, LabelEvaluation
from framework.evaluation.labels import AVERAGES
from framework.evaluation.nlu_evaluation import NLUEvaluation

_WEAKEST = 8
_SUREST = 5
_CONFUSIONS = 3
_WIDEST = 60  # characters of a cell
_NOT_LABELS = {"accuracy", *AVERAGES}


def summarize(evaluation: NLUEvaluation) -> RenderableType:
    """The figures, the labels that are understood worst, and the mistakes that the model was surest of."""
    parts = list(_parts(evaluation))
    return Group(*(line for part in parts for line in (part, "")))


def _parts(evaluation: NLUEvaluation) -> Iterator[RenderableType]:
    labels = {"intents": evaluation.intents, "responses": evaluation.responses}
    found = {name: part for name, part in labels.items() if part}
    if found:
        yield _label_figures(found)
    if evaluation.entities:
        yield _entity_figures(evaluation.entities)
    if evaluation.intents:
        yield _confidence(evaluation.intents)
    for name, part in found.items():
        if part.errors:
            yield _weakest(name, part)
    if evaluation.intents and evaluation.intents.errors:
        yield _surest_mistakes(evaluation.intents)
    if not found and not evaluation.entities:
        yield Text("There is nothing to judge: the examples have neither intents nor entities that the model knows.")


def _label_figures(found: dict[str, LabelEvaluation]) -> Table:
    table = _table("", ">messages", ">accuracy", ">macro F1", ">weighted F1", ">linear baseline")
    for name, part in found.items():
        table.add_row(
            name,
            str(len(part.predictions)),
            percent(part.accuracy),
            percent(part.report["macro avg"]["f1-score"]),
            percent(part.report["weighted avg"]["f1-score"]),
            _baseline(part),
        )
    return table


def _baseline(part: LabelEvaluation) -> Text:
    """The accuracy of the linear model, in red where the model does not reach it."""
    if part.linear_report is None:
        return Text("–")
    accuracy = part.linear_report["accuracy"]
    ahead = part.accuracy - accuracy
    return Text(f"{percent(accuracy)} ({100 * ahead:+.1f})", style="red" if ahead < 0 else "green")


def _entity_figures(evaluations: Sequence[EntityEvaluation]) -> Table:
    table = _table("entities", ">annotated", ">precision", ">recall", ">F1", ">F1 of tokens")
    for part in evaluations:
        _add_extractor(table, part.extractor, part)
    if len(evaluations) > 1:
        _add_extractor(table, "all together", evaluate_together(evaluations))
    return table


def _add_extractor(table: Table, name: str, part: EntityEvaluation) -> None:
    scores = part.scores
    figures = (scores.precision, scores.recall, scores.f1, part.token_report["micro avg"]["f1-score"])
    table.add_row(name, str(scores.expected), *map(percent, figures))


def _confidence(intents: LabelEvaluation) -> Text:
    lines = [f"Confidence: {_mean(intents, right=True)} where right"]
    if intents.errors:
        lines[0] += f", {_mean(intents, right=False)} where wrong"
    lines[0] += f"; it is {percent(intents.calibration_error)} from the accuracy."
    fallen = [prediction for prediction in intents.predictions if prediction.fell_back]
    if fallen:
        wrong = sum(not prediction.is_right for prediction in fallen)
        lines.append(
            f"Fallback: {len(fallen)} of {len(intents.predictions)} messages; "
            f"{wrong} of them would have been misunderstood, {len(fallen) - wrong} understood."
        )
    return Text("\n".join(lines))


def _mean(intents: LabelEvaluation, *, right: bool) -> str:
    confidences = [item.confidence for item in intents.predictions if item.is_right is right]
    return f"{sum(confidences) / max(len(confidences), 1):.2f}"


def _weakest(name: str, part: LabelEvaluation) -> Table:
    table = _table(f"weakest {name}", ">F1", ">messages", "taken for")
    rows = {label: row for label, row in part.report.items() if label not in _NOT_LABELS and row["support"]}
    weakest = sorted(rows.items(), key=lambda item: (item[1]["f1-score"], -item[1]["support"]))
    for label, row in weakest[:_WEAKEST]:
        if row["f1-score"] < 1:
            confused = islice(row["confused_with"].items(), _CONFUSIONS)
            taken = ", ".join(f"{other} {count}×" for other, count in confused)
            table.add_row(_line(label), percent(row["f1-score"]), str(row["support"]), _line(taken))
    return table


def _surest_mistakes(intents: LabelEvaluation) -> Table:
    table = _table("surest mistakes", ">", "is", "taken for", "closest training example")
    for prediction in intents.errors[:_SUREST]:
        closest = next(iter(prediction.message.closest), None)
        table.add_row(
            _line(prediction.message.example.text),
            f"{prediction.confidence:.2f}",
            _line(prediction.expected),
            _line(prediction.predicted or NOTHING),
            _line(f"{closest.example.intent}: {closest.example.text}" if closest else ""),
        )
    return table


def _table(*headings: str) -> Table:
    """A table in which columns of numbers, whose headings begin with ``>``, stand to the right and keep their width."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        is_number = heading.startswith(">")
        table.add_column(
            heading.removeprefix(">"),
            justify="right" if is_number else "left",
            no_wrap=is_number,
            max_width=None if is_number else _WIDEST,
        )
    return table


def _line(text: str) -> Text:
    """A cell that is cut off where it does not fit on a line."""
    return Text(text, no_wrap=True, overflow="ellipsis")


def percent(share: float) -> str:
    """A share of 1 as a percentage with one decimal."""
    return f"{100 * share:.1f} %"

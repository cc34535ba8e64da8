"""All checks of a bot that need no training, together: its files, its components, its stories against each other."""

from __future__ import annotations

from collections.abc import Iterable

from framework.bot.bot import Bot
from framework.bot.validation import validate_bot, validate_nlu
from framework.dialogue.contradictions import find_contradictions
from framework.errors import BotError, EnvironmentProblem, FrameworkError, Problem, Severity
from framework.model.metadata import TrainingType
from framework.training.components import BotComponents
from framework.training.pipeline_checks import check_pipeline

_NOT_THE_BOTS_FAULT = frozenset({"missing-extra", "plugin-failed"})


def validate(
    bot: Bot, components: BotComponents, *, wanted: TrainingType = "both", max_history: int | None = None
) -> list[Problem]:
    """Everything that is wrong or noteworthy with what is ``wanted``, each once, errors first.

    ``max_history`` is how many states back two stories must agree for different continuations to contradict.
    """
    of_bot = validate_nlu(bot) if wanted == "nlu" else validate_bot(bot)
    problems = [*bot.problems, *components.problems, *of_bot]
    reported = {(problem.code, problem.where) for problem in problems}
    of_classes = check_pipeline(bot.config.language, components.pipeline, is_whole=components.is_whole)
    problems += [problem for problem in of_classes if (problem.code, problem.where) not in reported]
    if components.training_type != "nlu":
        problems += find_contradictions(bot, max_history=max_history)
    return _errors_first(problems)


def basic_problems(bot: Bot, components: BotComponents) -> list[Problem]:
    """What stops a training even where its author wants no validation: unreadable files, unknown components."""
    return _errors_first([*bot.problems, *components.problems])


def errors_among(problems: Iterable[Problem], *, fail_on_warnings: bool) -> FrameworkError | None:
    """The error to raise if any of the problems must stop a run, with all of them; None where none must."""
    found = list(problems)
    fatal_severities = {Severity.ERROR, Severity.WARNING} if fail_on_warnings else {Severity.ERROR}
    fatal = [problem for problem in found if problem.severity in fatal_severities]
    if not fatal:
        return None
    if all(problem.code in _NOT_THE_BOTS_FAULT for problem in fatal):
        return EnvironmentProblem(found)
    return BotError(found)


def _errors_first(problems: Iterable[Problem]) -> list[Problem]:
    order = list(Severity)
    return sorted(dict.fromkeys(problems), key=lambda problem: order.index(problem.severity))

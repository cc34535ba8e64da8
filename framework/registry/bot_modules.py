"""Imports components that a bot brings in its own folder, and explains what goes wrong there."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any

from framework.errors import BotError, Location, Problem, one_of

_REPLACEMENTS: dict[str, str] = {
    "rasa.nlu.tokenizers": "Tokenizer",
    "rasa.nlu.featurizers": "Featurizer",
    "rasa.nlu.classifiers": "IntentClassifier",
    "rasa.nlu.extractors": "EntityExtractor",
    "rasa.nlu": "Component",
    "rasa.engine": "Component",
    "rasa.core.policies": "Policy",
    "rasa.core.channels": "InputChannel",
    "rasa.core.tracker_store": "TrackerStore",
    "rasa.core.lock_store": "LockStore",
    "rasa.core.brokers": "EventBroker",
    "rasa.shared.core.domain": "Domain",
    "rasa.shared.core.trackers": "Tracker",
    "rasa.shared.core.events": "Event",
    "rasa.shared.nlu.training_data.message": "MessageBatch",
    "rasa.shared.nlu.training_data": "TrainingData",
}
"""Packages of Rasa whose classes bots derive from, and the name in ``framework.api`` that stands in their place."""


def import_dotted(name: str, where: Location | None) -> type[Any]:
    """Imports ``module.Class`` from the import path, on which the commands put the bot's own folder.

    Raises:
        BotError: the module cannot be imported, or has no such class.
    """
    module_name, _, class_name = name.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        raise BotError(_explain(name, module_name, error, where)) from error
    cls = getattr(module, class_name, None)
    if not isinstance(cls, type):
        names = [key for key, value in vars(module).items() if isinstance(value, type)]
        raise BotError(
            Problem(
                code="unknown-component",
                what=f"module {module_name!r} has no class {class_name!r}",
                where=where,
                fix=one_of(class_name, names),
            )
        )
    return cls


def _explain(name: str, module_name: str, error: Exception, where: Location | None) -> list[Problem]:
    if isinstance(error, ModuleNotFoundError) and error.name and error.name.partition(".")[0] == "rasa":
        return _rasa_imports(error) or [_cannot_import(name, module_name, error, where)]
    return [_cannot_import(name, module_name, error, where)]


def _cannot_import(name: str, module_name: str, error: Exception, where: Location | None) -> Problem:
    if name.startswith("rasa."):
        return Problem(
            code="unknown-component",
            what=f"no plugin provides {name!r}",
            where=where,
            fix="name a component that 'framework plugins' lists",
        )
    return Problem(
        code="unknown-component",
        what=f"cannot import {module_name!r} for component {name!r}: {type(error).__name__}: {error}",
        where=where,
        fix="put the module into the bot's folder, or install the package that has it",
    )


def _rasa_imports(error: ModuleNotFoundError) -> list[Problem]:
    """One problem for each import of Rasa in the file where the import failed."""
    file = _file_that_failed(error)
    if file is None:
        return []
    problems = []
    for statement in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        for module in _modules_of(statement):
            if module.partition(".")[0] == "rasa":
                line, column = statement.lineno, statement.col_offset + 1  # type: ignore[attr-defined]
                place = Location(_shown(file), line, column, len("import"))
                problems.append(
                    Problem(
                        code="imports-rasa",
                        what=f"{module!r} is a module of Rasa, which is not installed here",
                        where=place,
                        fix=f"from framework.api import {_replacement(module)}",
                    )
                )
    return problems


def _modules_of(statement: ast.AST) -> list[str]:
    if isinstance(statement, ast.ImportFrom):
        return [statement.module or ""]
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    return []


def _replacement(module: str) -> str:
    fitting = [package for package in _REPLACEMENTS if module == package or module.startswith(package + ".")]
    return _REPLACEMENTS[max(fitting, key=len)] if fitting else "Component"


def _file_that_failed(error: ModuleNotFoundError) -> Path | None:
    """The last file of the traceback that exists: frames of the import machinery have made-up names."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_file():
            found = file
        trace = trace.tb_next
    return found


def _shown(file: Path) -> str:
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)

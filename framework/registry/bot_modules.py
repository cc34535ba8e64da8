"""Imports components that a bot brings in its own folder, and explains what goes wrong there."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any

from framework.errors import BotError, Location, Problem, one_of
from framework.registry.rasa_names import remedy


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
    return [
        Problem(
            code="imports-rasa",
            what=f"{module!r} is a module of Rasa, which is not installed here",
            where=Location(_shown(file), statement.lineno, statement.col_offset + 1, len("import")),
            fix=remedy(module, names),
        )
        for statement in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for module, names in _imported(statement)
        if module.partition(".")[0] == "rasa"
    ]


def _imported(statement: ast.Import | ast.ImportFrom) -> list[tuple[str, list[str]]]:
    """Modules, and the names that are taken from them."""
    if isinstance(statement, ast.ImportFrom):
        return [(statement.module or "", [alias.name for alias in statement.names])]
    return [(alias.name, []) for alias in statement.names]


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

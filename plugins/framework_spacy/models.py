"""Loads spaCy models, each once in a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.util import is_package

from framework.api import EnvironmentProblem, Problem

UNUSED = ("parser",)
"""Stages that no component reads, and that take most of a model's time."""


def load_model(name: str, bot_folder: Path) -> Language:
    """The model of that name: an installed package, or a folder, also relative to the bot's.

    Raises:
        EnvironmentProblem: there is no such model, or not for the installed spaCy.
    """
    folder = bot_folder / name
    return _load(name if is_package(name) or not folder.is_dir() else str(folder.resolve()))


@cache
def _load(name: str) -> Language:
    try:
        return spacy.load(name, disable=UNUSED)
    except OSError as error:
        absent = not is_package(name) and not Path(name).is_dir()
        what = f"spaCy model {name!r} is not installed" if absent else f"spaCy model {name!r} cannot be loaded: {error}"
        raise EnvironmentProblem(
            Problem(code="missing-model", what=what, fix=f"python -m spacy download {name}")
        ) from error

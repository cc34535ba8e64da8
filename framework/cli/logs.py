"""Sets up logging for the commands; nothing else in the project touches handlers or levels."""

from __future__ import annotations

import argparse
import logging
import logging.config
import os
from importlib.metadata import entry_points
from pathlib import Path

from framework.errors import Problem, UsageError, one_of
from framework.registry.discovery import GROUP

_CHATTY = ("rasa_sdk.executor",)  # announces every action of a bot whenever it starts
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"


def set_up_logging(args: argparse.Namespace) -> None:
    """Applies the global flags, and the variables ``LOG_LEVEL`` and ``LOG_LEVEL_LIBRARIES``.

    Raises:
        UsageError: a variable is no level, or the file of ``--logging-config-file`` cannot be used.
    """
    libraries = _level_in("LOG_LEVEL_LIBRARIES", "ERROR")
    logging.basicConfig(level=libraries, format=_FORMAT, datefmt="%Y-%m-%d %H:%M:%S")
    logging.captureWarnings(capture=True)
    level = _level(args)
    for name in _own_packages():
        logging.getLogger(name).setLevel(level)
    if level == "DEBUG":
        logging.getLogger().setLevel("INFO")
        for name in _CHATTY:
            logging.getLogger(name).setLevel(libraries)
    if args.logging_config_file:
        _apply_file(Path(args.logging_config_file))


def _level(args: argparse.Namespace) -> str:
    if args.debug:
        return "DEBUG"
    if args.verbose:
        return "INFO"
    if args.quiet:
        return "ERROR"
    return _level_in("LOG_LEVEL", "WARNING")


def _level_in(variable: str, default: str) -> str:
    level = os.environ.get(variable, default).upper()
    known = logging.getLevelNamesMapping()
    if level not in known:
        raise UsageError(
            Problem(code="logging-config", what=f"{variable} is {level!r}, which is no level", fix=one_of(level, known))
        )
    return level


def _own_packages() -> set[str]:
    """The framework and the packages of its plugins."""
    return {"framework", *(entry.module.partition(".")[0] for entry in entry_points(group=GROUP))}


def _apply_file(path: Path) -> None:
    import yaml

    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
        logging.config.dictConfig(settings)
    except (OSError, ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise UsageError(
            Problem(
                code="logging-config",
                what=f"{path} cannot be used as the logging configuration: {error}",
                fix="write it in the form of logging.config.dictConfig",
            )
        ) from error

"""Sets up logging for the commands; nothing else in the project touches handlers or levels."""

from __future__ import annotations

import argparse
import logging
import logging.config
import os
from pathlib import Path

from framework.errors import Problem, UsageError

_CHATTY = ("rasa_sdk.executor",)  # announces every action of a bot whenever it starts
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"


def set_up_logging(args: argparse.Namespace) -> None:
    """Applies the global flags, and the variables ``LOG_LEVEL`` and ``LOG_LEVEL_LIBRARIES``.

    Raises:
        UsageError: the file of ``--logging-config-file`` cannot be used.
    """
    libraries = os.environ.get("LOG_LEVEL_LIBRARIES", "ERROR").upper()
    logging.basicConfig(level=libraries, format=_FORMAT, datefmt="%Y-%m-%d %H:%M:%S")
    logging.captureWarnings(capture=True)
    level = _level(args)
    logging.getLogger("framework").setLevel(level)
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
    return os.environ.get("LOG_LEVEL", "WARNING").upper()


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

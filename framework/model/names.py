"""File names of models, and which model of a folder is the latest."""

from __future__ import annotations

import random
import time
from pathlib import Path

from framework.errors import EnvironmentProblem, Problem
from framework.model.metadata import TrainingType

SUFFIX = ".tar.gz"

# One word a line would bury the rest of the file.
# fmt: off
_ADJECTIVES = (
    "amber", "brave", "brisk", "calm", "candid", "clever", "crisp", "dapper", "eager", "fair", "fleet",
    "gentle", "glad", "golden", "honest", "humble", "jolly", "keen", "kind", "lively", "lucid", "mellow",
    "merry", "mild", "nimble", "noble", "patient", "plucky", "polite", "proud", "quick", "quiet", "ready",
    "rosy", "serene", "sharp", "silver", "smooth", "steady", "sunny", "swift", "tidy", "tranquil", "upbeat",
    "vivid", "warm", "wise", "witty", "young", "zesty",
)
_NOUNS = (
    "acorn", "aspen", "badger", "beacon", "birch", "breeze", "brook", "canyon", "cedar", "comet", "coral",
    "cove", "crane", "delta", "dune", "ember", "falcon", "fern", "finch", "fjord", "garnet", "glacier",
    "grove", "harbor", "heron", "island", "jasper", "juniper", "lagoon", "lantern", "larch", "maple",
    "meadow", "merlin", "oak", "orchard", "otter", "pebble", "pine", "quartz", "raven", "reef", "river",
    "robin", "sparrow", "spruce", "summit", "thistle", "valley", "willow",
)
# fmt: on


def new_model_name(training_type: TrainingType) -> str:
    """A fresh file name: the time, and two words by which people can tell models apart."""
    words = f"{random.SystemRandom().choice(_ADJECTIVES)}-{random.SystemRandom().choice(_NOUNS)}"
    prefix = "" if training_type == "both" else f"{training_type}-"
    return f"{prefix}{time.strftime('%Y%m%d-%H%M%S')}-{words}{SUFFIX}"


def fixed_model_name(name: str) -> str:
    """The file name for a name that the author chose."""
    return name if name.endswith(SUFFIX) else name + SUFFIX


def models_newest_first(models: Path, prefix: str = "") -> list[Path]:
    """The models in a folder whose name begins with ``prefix``, the one written last first."""
    found = [file for file in models.glob(f"{prefix}*{SUFFIX}") if file.is_file() and not file.name.startswith(".")]
    return sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)


def find_latest_model(models: Path, prefix: str = "") -> Path | None:
    """The model written last into a folder, of those whose name begins with ``prefix``; None where there is none."""
    return next(iter(models_newest_first(models, prefix)), None)


def latest_model(models: Path) -> Path:
    """The model to serve: ``models`` itself where it is a file, else the one written last into that folder.

    Raises:
        EnvironmentProblem: there is no model.
    """
    if models.is_file():
        return models
    found = find_latest_model(models)
    if found is None:
        raise EnvironmentProblem(
            Problem(code="model-not-found", what=f"there is no model in {models}", fix="train one: framework train")
        )
    return found

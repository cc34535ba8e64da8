"""What a training run can be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from framework.model.metadata import TrainingType

DEFAULT_AUGMENTATION = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOptions:
    """What a training run can be told.

    ``training_type`` ``both`` trains what the bot has data for. ``models`` is the folder for the archive, and
    ``fixed_model_name`` its name in place of a new one. ``augmentation`` is how far stories are glued together to
    longer ones, 0 for not at all. ``max_history`` bounds the search for stories that contradict each other.
    ``finetune`` is a model to go on from, or a folder of models: the latest in it; ``epoch_fraction`` how much of the
    configured epochs to train then.
    """

    training_type: TrainingType = "both"
    models: Path = Path("models")
    fixed_model_name: str | None = None
    force: bool = False
    skip_validation: bool = False
    fail_on_warnings: bool = False
    max_history: int | None = None
    augmentation: int = DEFAULT_AUGMENTATION
    persist_nlu_data: bool = False
    finetune: Path | None = None
    epoch_fraction: float = 1.0

"""``Assistant``: a trained bot, ready to understand messages and to decide what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.bot.domain import Domain

if TYPE_CHECKING:
    from framework.dialogue.ensemble import Ensemble
    from framework.nlu.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything that a model archive holds.

    ``pipeline`` is None for a model without NLU, ``ensemble`` for one without dialogue. ``model_id`` is new with
    every training, ``assistant_id`` names the bot itself; both are stamped on every event. ``model_file`` is the
    archive's file name, None for an assistant that was never saved.
    """

    domain: Domain
    pipeline: Pipeline | None = None
    ensemble: Ensemble | None = None
    language: str | None = None
    model_id: str | None = None
    assistant_id: str | None = None
    model_file: str | None = None

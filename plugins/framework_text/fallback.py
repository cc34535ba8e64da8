"""What it means that a message falls back: another intent, the old ranking behind it, and the reason."""

from __future__ import annotations

from typing import Literal

from framework.api import IntentResult, IntentScore, MessageBatch

FALLBACK_INTENT = "nlu_fallback"
_KEY = "fallback"

Reason = Literal["threshold", "ambiguity", "out_of_scope"]


def fall_back(
    batch: MessageBatch,
    index: int,
    *,
    intent: str,
    confidence: float,
    reason: Reason,
    score: float,
    threshold: float,
) -> None:
    """Puts the fallback intent before what was considered, and tells why under ``fallback`` in the parse output."""
    ranking = [IntentScore(intent, confidence), *batch.intents[index].ranking]
    batch.intents[index] = IntentResult(intent, confidence, ranking)
    batch.extras[index][_KEY] = {"reason": reason, "score": score, "threshold": threshold}


def has_fallen_back(batch: MessageBatch, index: int) -> bool:
    """Whether an earlier component found that the message is not understood."""
    return _KEY in batch.extras[index]
